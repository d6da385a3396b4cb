import { parseArgs } from 'node:util';
import { StopError } from '../../src/platform/index.js';

/** What follows `--`: one choice by its name, and --yes. Throws StopError with the usage for anything else. */
export function readArguments<Choice extends string>(
  args: readonly string[],
  command: string,
  option: string,
  choices: readonly Choice[],
): { choice: Choice; yes: boolean } {
  const usage = `Usage: npm run ${command} -- --${option} ${choices.join('|')} [--yes]`;
  try {
    const { values } = parseArgs({ args: [...args], options: { [option]: { type: 'string' }, yes: { type: 'boolean' } } });
    const choice = choices.find((one) => one === values[option]);
    if (choice !== undefined) return { choice, yes: values.yes === true };
  } catch {
    // what it is not is said by the usage
  }
  throw new StopError(usage);
}
