import { setPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Problem } from '../../platform/index.js';
import type { ExtractionCode } from '../extractors/index.js';
import type { ReadProgress } from './document-reader.js';
import { readDocument } from './read-document.js';
import type { ReadMessage, ReadReply } from './reading.messages.js';

/** Entry of the reading process: a child of the one that serves, on the other end of its IPC channel. */
const lowPriority = 10;
const progressEveryMs = 100;

function reply(message: ReadReply): void {
  if (process.connected) process.send?.(message);
}

/** The first and last of a stage always, what is between a few times a second. */
function throttled(send: (progress: ReadProgress) => void): (progress: ReadProgress) => void {
  let [stage, sentAt] = ['', 0];
  return (progress) => {
    const now = performance.now();
    if (progress.stage === stage && progress.done < progress.total && now - sentAt < progressEveryMs) return;
    [stage, sentAt] = [progress.stage, now];
    send(progress);
  };
}

async function serve(message: ReadMessage): Promise<void> {
  const onProgress = throttled((progress) => reply({ kind: 'progress', progress }));
  try {
    reply({ kind: 'done', result: await readDocument(message, onProgress) });
  } catch (error) {
    reply({ kind: 'failed', ...described(error) });
  }
}

function described(error: unknown): { code: ExtractionCode; detail: string } {
  if (error instanceof Problem) return { code: error.code as ExtractionCode, detail: error.detail };
  if (error instanceof RangeError && /allocation failed|invalid (?:typed )?array length|invalid string length/i.test(error.message)) {
    return { code: 'EXTRACTION_MEMORY', detail: error.message };
  }
  return { code: 'EXTRACTION_CRASHED', detail: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}

try {
  setPriority(lowPriority); // searches go before
} catch {
  // A system that does not allow it reads at the usual priority.
}
// A parser may leave a promise behind that rejects later; what belongs to a document is awaited above.
process.on('unhandledRejection', () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', (message: ReadMessage) => void serve(message));
new Worker(new URL('./parent-guard.worker.js', import.meta.url), { workerData: { parentId: process.ppid } }).unref();
reply({ kind: 'ready' });
