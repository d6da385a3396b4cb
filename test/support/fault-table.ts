import type { Damage } from './durability-model.js';
import type { FaultKind } from './faulty-disk.js';

/** Counts of the faults that were tried, an operation a line, as a Markdown table. */
export class FaultTable {
  private readonly counts = new Map<string, Map<string, number>>();
  private readonly broken = new Map<string, number>();
  total = 0;

  add(operation: string, kind: FaultKind, damage: Damage, isBroken: boolean): void {
    const row = this.counts.get(operation) ?? new Map<string, number>();
    this.counts.set(operation, row);
    const column = kind === 'cut' ? damage : kind;
    row.set(column, (row.get(column) ?? 0) + 1);
    this.total++;
    if (isBroken) this.broken.set(operation, (this.broken.get(operation) ?? 0) + 1);
  }

  toString(): string {
    const columns = ['once', 'forever', 'full', 'dropped', 'kept', 'torn'];
    const lines = [...this.counts].map(
      ([operation, row]) =>
        `| ${operation} | ${columns.map((column) => row.get(column) ?? 0).join(' | ')} | ${this.broken.get(operation) ?? 0} |`,
    );
    const heads = ['operation', 'fails once', 'fails for ever', 'disk full', 'cut, dropped', 'cut, kept', 'cut, torn', 'promises broken'];
    return [`| ${heads.join(' | ')} |`, `|${' --- |'.repeat(heads.length)}`, ...lines].join('\n');
  }
}
