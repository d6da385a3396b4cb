import { performance } from 'node:perf_hooks';

const started = performance.now();

/** A line on standard error: what is being done, and when it began. The tables on standard output stay clean. */
export function progress(what: string): void {
  const seconds = Math.round((performance.now() - started) / 1000);
  console.error(`[${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}] ${what}`);
}

/** A line of the report that belongs to no table. */
export function say(line: string): void {
  printing = '';
  console.log(`\n${line}`);
}

/** Title of the table that the last row was of. */
let printing = '';

/**
 * A Markdown table that is printed row by row, so that a run that ends early has shown what it measured; its header is
 * printed again when something else came between.
 */
export class ReportTable {
  constructor(
    private readonly title: string,
    private readonly columns: readonly string[],
  ) {}

  row(...cells: (string | number)[]): void {
    if (cells.length !== this.columns.length) throw new Error(`${this.title}: ${cells.length} cells for ${this.columns.length} columns`);
    if (printing !== this.title) say(`**${this.title}**\n\n| ${this.columns.join(' | ')} |\n|${'---|'.repeat(this.columns.length)}`);
    printing = this.title;
    console.log(`| ${cells.join(' | ')} |`);
  }
}

/** ✓ or ✗; what fails lets the command end with exit code 1. */
export function verdict(holds: boolean): string {
  if (!holds) process.exitCode = 1;
  return holds ? '✓' : '✗';
}

export const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
export const milliseconds = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
export const count = (value: number): string => Math.round(value).toLocaleString('en');
