import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Real material that is not part of the project: `HVS_CORPORA`, or a folder beside the checkout; null when it is not there. */
export function findCorpora(): string | null {
  const beside = join(fileURLToPath(new URL('../../..', import.meta.url)), '../shared/corpora');
  const folder = process.env.HVS_CORPORA ?? beside;
  return existsSync(folder) ? folder : null;
}

/** `it`, or a skip that says why where the corpora are absent. */
export function itWithCorpora(name: string, test: (corpora: string) => void | Promise<void>, timeoutMs?: number): void {
  const corpora = findCorpora();
  if (corpora === null) it.skip(`${name} (skipped: no corpora, set HVS_CORPORA to their folder)`, () => undefined);
  else it(name, async () => test(corpora), timeoutMs);
}
