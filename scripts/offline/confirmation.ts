import { createInterface } from 'node:readline/promises';
import { StopError } from '../../src/platform/index.js';
import { say } from '../terminal.js';

/** Throws StopError unless a person agrees at the terminal, or has agreed with --yes. */
export async function confirm(yes: boolean): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw new StopError('Nothing was changed: give --yes to agree to that.');
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Go on? Type yes: ').finally(() => terminal.close());
  if (answer.trim().toLowerCase() !== 'yes') throw new StopError('Nothing was changed.');
  say();
}
