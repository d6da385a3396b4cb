/** One line of the benchmark's table: a figure beside its yardstick, both measured in the same run. */
export interface BenchRow {
  /** What was measured, and over how much. */
  what: string;
  /** Median of the repeats with its unit, and their spread. */
  value: string;
  /** What the value is held against, with its own median. */
  yardstick: string;
  /** Value over yardstick, and what it should be. */
  ratio: string;
}
