import type { RowGroup } from '../segments/row-group.js';

/** How many bits of a byte are set. */
const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/**
 * Rows of one group that a filter allows, as FAISS reads them: bit r & 7 of byte r >> 3. Shared memory, so that a search that
 * waits in the worker already sees what is disallowed meanwhile. A dead row is never set.
 */
export class RowBits {
  /** Whether every allowed row is set, not only some. */
  isComplete = false;
  private shared: Uint8Array;
  private ones = 0;

  constructor(private readonly group: RowGroup) {
    this.shared = new Uint8Array(new SharedArrayBuffer(group.live.length));
  }

  get bits(): Uint8Array {
    return this.shared;
  }

  /** Rows that are set. */
  get count(): number {
    return this.ones;
  }

  allow(start: number, count: number): void {
    this.growWithGroup();
    this.change(start, count, this.group.live);
  }

  disallow(start: number, count: number): void {
    this.change(start, count, null);
  }

  /** @param live where it is set the rows are set, null: they are cleared */
  private change(start: number, count: number, live: Uint8Array | null): void {
    const { shared } = this;
    const end = Math.min(start + count, shared.length * 8);
    for (let byte = start >> 3; byte * 8 < end; byte++) {
      let mask = 255;
      if (byte * 8 < start) mask &= 255 << (start - byte * 8);
      if (byte * 8 + 8 > end) mask &= 255 >> (byte * 8 + 8 - end);
      const before = shared[byte];
      const after = live ? before | (mask & live[byte]) : before & ~mask;
      if (after === before) continue;
      shared[byte] = after;
      this.ones += ONES[after] - ONES[before];
    }
  }

  private growWithGroup(): void {
    const bytes = this.group.live.length;
    if (this.shared.length >= bytes) return;
    const before = this.shared;
    this.shared = new Uint8Array(new SharedArrayBuffer(bytes));
    this.shared.set(before);
  }
}
