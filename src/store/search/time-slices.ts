import { performance } from 'node:perf_hooks';

export interface SliceLength {
  /** After which a slice is over. */
  ms: number;
  /** Steps between two looks at the clock. */
  steps: number;
}

/** Cuts long work into slices, between which everybody else has a turn: `if (slices.isOver()) await slices.next()`. */
export class TimeSlices {
  private steps = 0;
  private end: number;

  constructor(private readonly length: SliceLength) {
    this.end = performance.now() + length.ms;
  }

  /** Asked after each small step. */
  isOver(): boolean {
    return ++this.steps % this.length.steps === 0 && performance.now() >= this.end;
  }

  async next(): Promise<void> {
    await new Promise(setImmediate);
    this.end = performance.now() + this.length.ms;
  }
}
