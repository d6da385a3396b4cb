/**
 * What the journal amounts to, in memory: documents, the groups of rows, the marks. `apply` is the only way to change it, and
 * cannot fail on data: whatever a record holds was checked before it was journalled.
 */
import type { FaissIndex } from '../faiss-index/index.js';
import type { StoredDocument } from './document.js';
import { DocumentTable, type IdRange } from './document-table.js';
import type { JournalRecord } from './journal-record.js';
import { StandingFilters, type StandingFiltersLimits } from './search/standing-filters.js';
import { MemoryChunks } from './segments/memory-chunks.js';
import { RowGroup } from './segments/row-group.js';

/** What happened since the last seal, and so is in no segment yet. */
export interface UnsealedChanges {
  firstSequence: number;
  documents: Set<number>;
  deadDocuments: Set<number>;
  deadVectors: number[];
  records: number;
}

const noChanges = (firstSequence: number): UnsealedChanges => ({
  firstSequence,
  documents: new Set(),
  deadDocuments: new Set(),
  deadVectors: [],
  records: 0,
});

/** A tail that takes no more rows, with what its range of the journal did to documents. */
export interface FrozenTail {
  group: RowGroup;
  rows: number;
  documents: StoredDocument[];
  deadDocuments: number[];
  deadVectors: number[];
  firstSequence: number;
}

/** Where a range of vector ids stands: consecutive rows of one group. */
export interface RowRange {
  group: RowGroup;
  start: number;
  count: number;
}

/** Of rows in chunk order those at the given places, the end exclusive. */
export function rowsAt(ranges: readonly RowRange[], places: { start: number; end: number }): RowRange[] {
  const found: RowRange[] = [];
  let place = 0;
  for (const { group, start, count } of ranges) {
    const [from, to] = [Math.max(places.start - place, 0), Math.min(places.end - place, count)];
    if (from < to) found.push({ group, start: start + from, count: to - from });
    place += count;
  }
  return found;
}

export class StoreState {
  readonly documents = new DocumentTable();
  /** Told of every change, so that what they allow is true at every moment. */
  readonly filters: StandingFilters;
  /** Sealed, or being sealed; older first. Replaced, never changed: who holds it holds one moment. */
  groups: readonly RowGroup[] = [];
  nextDocumentId = 1;
  nextVectorId = 1;
  changes = noChanges(1);

  private constructor(
    private readonly faiss: FaissIndex,
    readonly dimension: number,
    public tail: RowGroup,
    private tailChunks: MemoryChunks,
    limits?: StandingFiltersLimits,
  ) {
    this.filters = new StandingFilters(this, limits);
  }

  static async create(faiss: FaissIndex, dimension: number, limits?: StandingFiltersLimits): Promise<StoreState> {
    const chunks = new MemoryChunks(dimension);
    return new StoreState(faiss, dimension, new RowGroup('tail', 'tail', await faiss.create(dimension), chunks), chunks, limits);
  }

  /** Groups that hold rows, the tail last: the set that one search is made on. */
  get searchable(): RowGroup[] {
    return [...this.groups, this.tail].filter((group) => group.liveRows > 0);
  }

  /** @returns when FAISS has the rows; searches that are made after the call see them, without waiting for it */
  apply(record: JournalRecord): Promise<void> {
    let added = Promise.resolve();
    let buried: RowRange[] = [];
    this.changes.records++;
    const id = record.kind === 'delete-document' ? record.documentId : record.document.id;
    if (record.kind === 'delete-document') {
      buried = this.bury(id);
      this.documents.remove(id);
      this.changes.documents.delete(id);
      this.changes.deadDocuments.add(id);
    } else {
      const { document } = record;
      this.nextDocumentId = Math.max(this.nextDocumentId, id + 1);
      this.changes.documents.add(id);
      if (record.kind === 'save') {
        buried = this.bury(id);
        added = this.append(record);
      } else if (record.kind === 'delete-vectors') {
        buried = this.bury(id);
        this.documents.put(document, []);
      } else this.documents.put(document);
    }
    if (this.filters.size > 0) this.filters.documentChanged({ id, document: this.documents.find(id), buried, rows: this.rowsOf(id) });
    return added;
  }

  /** A document's vector ids in chunk order. */
  vectorIdsOf(documentId: number): Int32Array {
    const ranges = this.documents.rangesOf(documentId);
    return Int32Array.from(ranges.flatMap(({ first, count }) => Array.from({ length: count }, (_, n) => first + n)));
  }

  /** The rows of ids that live: a save's rows stand together, in the tail as in every segment. */
  locate({ first, count }: IdRange): RowRange {
    for (let at = this.groups.length; at >= 0; at--) {
      const group = at === this.groups.length ? this.tail : this.groups[at];
      const start = group.rowOf(first);
      if (start >= 0) return { group, start, count };
    }
    throw new Error(`no group holds vector ${first}`);
  }

  /** Where a document's rows stand at this moment, in chunk order. */
  rowsOf(documentId: number): RowRange[] {
    return this.documents.rangesOf(documentId).map((range) => this.locate(range));
  }

  /** Puts an empty tail in the place of the present one. @param index an empty one. @param lastSequence applied so far */
  freeze(index: number, lastSequence: number): FrozenTail {
    const { changes, tail } = this;
    const frozen = {
      group: tail,
      rows: tail.rows,
      documents: [...changes.documents].map((id) => this.documents.find(id)!),
      deadDocuments: [...changes.deadDocuments],
      deadVectors: changes.deadVectors,
      firstSequence: changes.firstSequence,
    };
    this.groups = [...this.groups, tail];
    this.tailChunks = new MemoryChunks(this.dimension);
    this.tail = new RowGroup('tail', 'tail', index, this.tailChunks);
    this.changes = noChanges(lastSequence + 1);
    return frozen;
  }

  /** Puts groups in the place of neighbours that hold the same living rows. */
  replaceGroups(replaced: readonly RowGroup[], by: readonly RowGroup[]): void {
    const from = this.groups.indexOf(replaced[0]);
    this.groups = [...this.groups.slice(0, from), ...by, ...this.groups.slice(from + replaced.length)];
  }

  /** What was replayed from segments counts as sealed. */
  startChangesAfter(sequence: number): void {
    this.changes = noChanges(sequence + 1);
  }

  private append({ document, chunks, vectors }: JournalRecord & { kind: 'save' }): Promise<void> {
    const vectorIds = Int32Array.from(chunks, (chunk) => chunk.vectorId);
    const added = this.faiss.add(this.tail.index, vectors);
    this.tailChunks.push(chunks, vectors);
    this.tail.append(new Int32Array(vectorIds.length).fill(document.id), vectorIds);
    this.nextVectorId = Math.max(this.nextVectorId, vectorIds[vectorIds.length - 1] + 1);
    this.documents.put(document, [{ first: vectorIds[0], count: vectorIds.length }]);
    return added;
  }

  /** Answers the rows that died. */
  private bury(documentId: number): RowRange[] {
    const rows = this.rowsOf(documentId);
    for (const { group, start, count } of rows) {
      for (const vectorId of group.vectorIds(start, count)) this.changes.deadVectors.push(vectorId);
      group.bury(start, count);
    }
    return rows;
  }
}
