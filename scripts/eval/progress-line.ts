import { dim } from '../terminal.js';

const SHOW_EVERY_MS = 200;

/** One line that is written over again and again, where somebody looks. */
export class ProgressLine {
  private shownAt = 0;
  private readonly isTerminal = process.stdout.isTTY === true;

  constructor(
    private readonly words: string,
    private readonly total: number,
  ) {}

  readonly show = (done: number): void => {
    if (!this.isTerminal || Date.now() - this.shownAt < SHOW_EVERY_MS) return;
    this.shownAt = Date.now();
    process.stdout.write(`\r\u001b[K${dim(`  ${done} of ${this.total} ${this.words}`)}`);
  };

  clear(): void {
    if (this.isTerminal) process.stdout.write('\r\u001b[K');
  }
}
