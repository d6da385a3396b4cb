const DEADLINE_MS = 9_500;

/**
 * The one way out. The first call decides and later ones can only make the exit code worse: Ctrl-C comes twice under npm, and
 * what fails while stopping must not start a second stop.
 */
export class ProcessEnd {
  private exitCode = 0;
  private reason: string | null = null;
  private ending: Promise<void> | null = null;

  /**
   * @param close stops everything in order; resolves when nothing is left
   * @param exit ends the process; children of ours have `exit` listeners that take them along
   */
  constructor(
    private readonly close: () => Promise<void>,
    private readonly exit: (code: number) => void = (code) => process.exit(code),
    private readonly deadlineMs: number = DEADLINE_MS,
  ) {}

  /** @param reason the last line on standard error; absent when the end was asked for */
  end(reason?: Error): Promise<void> {
    if (reason !== undefined) {
      this.exitCode = 1;
      this.reason ??= lineOf(reason);
    }
    return (this.ending ??= this.run());
  }

  private async run(): Promise<void> {
    const deadline = setTimeout(
      () => this.finish(1, `The stop took longer than ${this.deadlineMs / 1000} seconds and was cut short`),
      this.deadlineMs,
    );
    try {
      await this.close();
    } catch (error) {
      this.exitCode = 1;
      this.reason ??= `The stop failed: ${lineOf(error as Error)}`;
    }
    clearTimeout(deadline);
    this.finish(this.exitCode, this.reason);
  }

  private finish(code: number, otherReason: string | null): void {
    const reason = this.reason ?? otherReason;
    if (reason !== null) process.stderr.write(`${reason}\n`);
    this.exit(code);
  }
}

/** One line, whatever the message holds. */
function lineOf(error: Error): string {
  return (error.message || error.name).trim().replace(/\s*\n\s*/g, ' ');
}
