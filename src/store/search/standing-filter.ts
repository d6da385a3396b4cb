/**
 * One filter's answer, kept: the documents that it allows, and for each group of rows the bits that FAISS gets. Whoever asks
 * again pays next to nothing, and a write pays for the document that it changes.
 *
 * Invariant: a bit is set only while its row lives and its document is allowed, at every moment at which anybody looks. While
 * an answer is still being made, in slices, applied records go on changing it: each step writes what is true at that moment,
 * so that order does not matter. Complete bits miss nothing; others are not given to anybody.
 */
import type { StoredDocument } from '../document.js';
import type { DocumentTable } from '../document-table.js';
import type { RowGroup } from '../segments/row-group.js';
import type { RowRange } from '../store-state.js';
import type { ChunkFilter } from '../vector-store.port.js';
import { allowsOf, candidatesOf } from './chunk-filter.js';
import { IdSet } from './id-set.js';
import { RowBits } from './row-bits.js';
import { TimeSlices, type SliceLength } from './time-slices.js';

/** What a filter is answered from. */
export interface FilteredState {
  readonly documents: DocumentTable;
  /** Groups that hold living rows, the tail last. */
  readonly searchable: readonly RowGroup[];
  rowsOf(documentId: number): RowRange[];
}

/** What an applied record did to one document. */
export interface ChangedDocument {
  id: number;
  /** As it is now; undefined when it is gone. */
  document: StoredDocument | undefined;
  /** Rows that died. */
  buried: readonly RowRange[];
  /** Its rows now. */
  rows: readonly RowRange[];
}

export interface AllowedRows {
  group: RowGroup;
  bits: Uint8Array;
  count: number;
}

/** Finding a document's rows costs about as much as walking over so many rows of a group. */
const ROWS_WALKED_PER_DOCUMENT = 200;

export class StandingFilter {
  readonly allows: (document: StoredDocument) => boolean;
  private readonly documents = new IdSet();
  private hasDocuments = false;
  private readonly bitsOf = new WeakMap<RowGroup, RowBits>();
  private preparing: Promise<void> | null = null;

  constructor(
    private readonly filter: ChunkFilter,
    private readonly state: FilteredState,
    private readonly slice: SliceLength,
  ) {
    this.allows = allowsOf(filter);
  }

  /** The allowed rows of this moment, of groups that have any; null when they must be prepared first. */
  allowedRows(): AllowedRows[] | null {
    const allowed: AllowedRows[] = [];
    for (const group of this.state.searchable) {
      const bits = this.bitsOf.get(group);
      if (!bits?.isComplete) return null;
      if (bits.count > 0) allowed.push({ group, bits: bits.bits, count: bits.count });
    }
    return allowed;
  }

  /** Makes what is missing, for the groups there are now; when it is done there may be new ones. */
  prepare(): Promise<void> {
    return (this.preparing ??= this.makeMissing().finally(() => (this.preparing = null)));
  }

  documentChanged({ id, document, buried, rows }: ChangedDocument): void {
    const was = this.documents.has(id);
    const is = document !== undefined && this.allows(document);
    if (was) this.change(buried, 'disallow');
    if (is) {
      this.documents.add(id);
      this.change(rows, 'allow');
    } else if (was) {
      this.documents.delete(id);
      this.change(rows, 'disallow');
    }
  }

  private change(ranges: readonly RowRange[], to: 'allow' | 'disallow'): void {
    for (const { group, start, count } of ranges) this.bitsOf.get(group)?.[to](start, count);
  }

  private async makeMissing(): Promise<void> {
    const slices = new TimeSlices(this.slice);
    if (!this.hasDocuments) await this.findDocuments(slices);
    const missing: [RowGroup, RowBits][] = [];
    for (const group of this.state.searchable) {
      if (this.bitsOf.get(group)?.isComplete) continue;
      const bits = new RowBits(group);
      this.bitsOf.set(group, bits);
      missing.push([group, bits]);
    }
    const rows = missing.reduce((sum, [group]) => sum + group.rows, 0);
    if (this.documents.size * ROWS_WALKED_PER_DOCUMENT < rows) await this.walkDocuments(slices);
    else for (const [group, bits] of missing) await this.walkRows(group, bits, slices);
    for (const [, bits] of missing) bits.isComplete = true;
  }

  private async findDocuments(slices: TimeSlices): Promise<void> {
    const { documents } = this.state;
    for (const id of candidatesOf(this.filter, documents.attributes)) {
      const document = documents.find(id);
      if (document && this.allows(document)) this.documents.add(id);
      if (slices.isOver()) await slices.next();
    }
    this.hasDocuments = true;
  }

  private async walkDocuments(slices: TimeSlices): Promise<void> {
    for (const id of this.documents) {
      this.change(this.state.rowsOf(id), 'allow');
      if (slices.isOver()) await slices.next();
    }
  }

  /** Rows that are appended meanwhile are none of its business: the record that brings them sets them. */
  private async walkRows(group: RowGroup, bits: RowBits, slices: TimeSlices): Promise<void> {
    const documentIds = group.documentIds();
    for (let start = 0; start < documentIds.length;) {
      let end = start + 1;
      while (documentIds[end] === documentIds[start]) end++;
      if (this.documents.has(documentIds[start])) bits.allow(start, end - start);
      start = end;
      if (slices.isOver()) await slices.next();
    }
  }
}
