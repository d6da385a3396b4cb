import { dim } from './terminal.js';

const SHOW_EVERY_MS = 200;
const CLEAR = '\r\u001b[K';

/** One line that is written over again and again, where somebody looks. */
export class ProgressLine {
  private shownAt = 0;
  private readonly isTerminal = process.stdout.isTTY === true;

  /** Now and then: who calls it often costs nothing. */
  show(text: () => string): void {
    if (!this.isTerminal || Date.now() - this.shownAt < SHOW_EVERY_MS) return;
    this.shownAt = Date.now();
    process.stdout.write(`${CLEAR}${dim(text())}`);
  }

  clear(): void {
    if (this.isTerminal) process.stdout.write(CLEAR);
  }
}
