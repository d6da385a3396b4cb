import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when the condition holds; rejects when it does not for as long as nothing that works would take. */
export async function until(condition: () => boolean | Promise<boolean>, waitMs = 60_000): Promise<void> {
  for (const deadline = Date.now() + waitMs; !(await condition()); await sleep(20)) {
    if (Date.now() > deadline) throw new Error(`what was waited for did not happen: ${condition.toString()}`);
  }
}
