import { performance } from 'node:perf_hooks';

const STEPS_BETWEEN_LOOKS = 64;

/** Cuts long work into slices, between which everybody else has a turn: `if (slices.isOver()) await slices.next()`. */
export class TimeSlices {
  private steps = 0;
  private end: number;

  /** @param sliceMs after which a slice is over */
  constructor(private readonly sliceMs: number) {
    this.end = performance.now() + sliceMs;
  }

  /** Asked after each small step. */
  isOver(): boolean {
    return ++this.steps % STEPS_BETWEEN_LOOKS === 0 && performance.now() >= this.end;
  }

  async next(): Promise<void> {
    await new Promise(setImmediate);
    this.end = performance.now() + this.sliceMs;
  }
}
