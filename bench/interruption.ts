/** What is to be done when the run is interrupted, the newest first: servers stop, then their folders go. */
const cleanings: (() => Promise<void>)[] = [];
let isEnding = false;

/** Answers how to call it off. */
export function beforeEnd(cleaning: () => Promise<void>): () => void {
  cleanings.push(cleaning);
  return () => {
    const at = cleanings.indexOf(cleaning);
    if (at >= 0) cleanings.splice(at, 1);
  };
}

/** Ctrl-C and SIGTERM leave no server running and no folder behind. */
export function cleanUpWhenInterrupted(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(signal === 'SIGINT' ? 130 : 143));
}

async function end(exitCode: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  console.error('Interrupted: stopping servers and removing folders');
  for (const cleaning of [...cleanings].reverse()) await cleaning().catch((error: unknown) => console.error(error));
  process.exit(exitCode);
}
