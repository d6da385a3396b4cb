import type { UnownedRow } from '../vector-metadata/index.js';
import type { DocumentDifference } from './document-comparison.js';

/** A row that is not as it should be. */
export interface FoundRow {
  /** Null: it belongs to no document. */
  documentId: number | null;
  /** Null: the document's own row, or a vector without a chunk. */
  chunkIndex: number | null;
  faissIndex: number | null;
}

export type Kind = 'missing' | 'orphaned' | 'differing';

export interface FoundRows {
  /** How many there are. */
  count: number;
  /** The first of them. */
  rows: FoundRow[];
}

/** Of each kind. */
export const NAMED_MAX = 1_000;

/** What a comparison found, counted whole and named as far as that serves anybody. */
export class Findings {
  /** In the engine only. */
  readonly missing: FoundRows = { count: 0, rows: [] };
  /** In PostgreSQL only. */
  readonly orphaned: FoundRows = { count: 0, rows: [] };
  /** In both, unequal. */
  readonly differing: FoundRows = { count: 0, rows: [] };

  get count(): number {
    return this.missing.count + this.orphaned.count + this.differing.count;
  }

  add({ documentId, row, missing, orphaned, differing }: DocumentDifference): void {
    if (row !== 'equal') this.note(row, [{ documentId, chunkIndex: null, faissIndex: null }]);
    const ofEngine = ({ chunkIndex, vectorId }: { chunkIndex: number; vectorId: number }): FoundRow => ({
      documentId,
      chunkIndex,
      faissIndex: vectorId,
    });
    this.note('missing', missing.map(ofEngine));
    this.note('differing', differing.map(ofEngine));
    this.note(
      'orphaned',
      orphaned.map(({ chunkIndex, faissIndex }) => ({ documentId, chunkIndex, faissIndex })),
    );
  }

  addUnowned({ count, rows }: { count: number; rows: UnownedRow[] }): void {
    const named = rows.map(({ id, chunkIndex }) => ({ documentId: null, chunkIndex, faissIndex: id }));
    this.note('orphaned', named, count);
  }

  private note(kind: Kind, rows: readonly FoundRow[], count = rows.length): void {
    const found = this[kind];
    found.count += count;
    found.rows.push(...rows.slice(0, NAMED_MAX - found.rows.length));
  }
}
