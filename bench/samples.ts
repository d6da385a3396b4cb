import { performance } from 'node:perf_hooks';

/** The figures of one thing that was measured again and again. */
export class Samples {
  constructor(private readonly values: readonly number[]) {
    if (values.length === 0) throw new Error('A median of nothing was asked for');
  }

  get count(): number {
    return this.values.length;
  }

  get most(): number {
    return this.values.reduce((most, value) => Math.max(most, value), -Infinity);
  }

  get median(): number {
    const sorted = [...this.values].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The value that `share` of the values do not exceed (nearest rank). */
  percentile(share: number): number {
    const sorted = Float64Array.from(this.values).sort();
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  }

  /** `7.41 ms (7.38 to 8.02, n 15)` */
  print(unit: string): string {
    const least = Math.min(...this.values);
    const most = Math.max(...this.values);
    return `${figure(this.median)} ${unit} (${figure(least)} to ${figure(most)}, n ${this.values.length})`;
  }
}

/** Milliseconds that one call takes. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * Takes turns between a thing and its yardstick, so that whatever else the machine does meets both alike; the order
 * within a turn changes from turn to turn.
 */
export async function takeTurns(
  turns: number,
  subject: (turn: number) => Promise<number[]>,
  yardstick: (turn: number) => Promise<number[]>,
) {
  const subjects: number[] = [];
  const yardsticks: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    if (turn % 2 === 0) subjects.push(...(await subject(turn)));
    yardsticks.push(...(await yardstick(turn)));
    if (turn % 2 === 1) subjects.push(...(await subject(turn)));
  }
  return { subject: new Samples(subjects), yardstick: new Samples(yardsticks) };
}

/** Three significant digits. */
export function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
