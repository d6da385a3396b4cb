import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/** Of the answer that its reader has not taken yet; beyond it the import waits for the reader. */
const UNREAD_BYTES_MAX = 4 * 1024 * 1024;

/** An answer of JSON lines. What comes in one turn is one write: many documents share one fsync and are acknowledged together. */
export class AnswerLines {
  private pending = '';

  constructor(
    private readonly response: ServerResponse,
    private readonly unreadBytesMax = UNREAD_BYTES_MAX,
  ) {}

  write(line: object): void {
    if (this.pending === '') setImmediate(() => this.flush());
    this.pending += `${JSON.stringify(line)}\n`;
  }

  /** Resolves when the reader keeps up, at once as long as it does. Rejects when it leaves. */
  async hasRoom(left: AbortSignal): Promise<void> {
    while (!left.aborted && this.response.writableLength + this.pending.length > this.unreadBytesMax) {
      this.flush();
      if (this.response.writableNeedDrain) await once(this.response, 'drain', { signal: left });
    }
    left.throwIfAborted();
  }

  end(): void {
    this.flush();
    this.response.end();
  }

  private flush(): void {
    if (this.pending === '') return;
    // To a client that has left this does nothing.
    if (!this.response.destroyed) this.response.write(this.pending);
    this.pending = '';
  }
}
