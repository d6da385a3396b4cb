import { Injectable } from '@nestjs/common';

/** So many that a group commit pays. */
const DOCUMENTS_MAX = 64;
/** Of lines; a single one may be larger, and then has it all for itself. */
const BYTES_MAX = 32 * 1024 * 1024;

interface Waiting {
  bytes: number;
  enter: () => void;
}

/** What all imports together have in work, between reading a line and its document's answer: in order of their coming. */
@Injectable()
export class ImportBudget {
  private documents = 0;
  private bytes = 0;
  private readonly waiting: Waiting[] = [];

  /** Resolves when there is room, with how to give it back. Rejects with the signal's reason when it is aborted before. */
  acquire(bytes: number, left: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (left.aborted) return reject(left.reason as Error);
      const onLeft = (): void => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        reject(left.reason as Error);
        this.letIn();
      };
      const entry: Waiting = {
        bytes,
        enter: () => {
          left.removeEventListener('abort', onLeft);
          resolve(() => this.release(bytes));
        },
      };
      left.addEventListener('abort', onLeft, { once: true });
      this.waiting.push(entry);
      this.letIn();
    });
  }

  private release(bytes: number): void {
    this.documents--;
    this.bytes -= bytes;
    this.letIn();
  }

  private letIn(): void {
    while (this.waiting.length > 0 && this.hasRoomFor(this.waiting[0].bytes)) {
      const { bytes, enter } = this.waiting.shift() as Waiting;
      this.documents++;
      this.bytes += bytes;
      enter();
    }
  }

  private hasRoomFor(bytes: number): boolean {
    return this.documents === 0 || (this.documents < DOCUMENTS_MAX && this.bytes + bytes <= BYTES_MAX);
  }
}
