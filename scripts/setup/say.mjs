/** Progress goes to standard error: standard output belongs to the command that asked for the set-up. */
export const say = (line) => console.error(`[setup] ${line}`);

/** What ends the set-up with its message as the last line and exit code 1. */
export class SetupError extends Error {}

/** Runs the main function of a script; a SetupError needs no stack trace. */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const [what, ...more] = error.message.split('\n');
    say(what);
    for (const line of more) console.error(line); // a command to copy stands alone
    process.exitCode = 1;
  }
}
