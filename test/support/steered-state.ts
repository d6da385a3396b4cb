import type { FaissIndex, IndexHandle } from '../../src/faiss-index/index.js';
import type { JsonObject, StoredChunk, StoredDocument } from '../../src/store/index.js';
import type { JournalRecord } from '../../src/store/journal-record.js';
import type { StandingFiltersLimits } from '../../src/store/search/standing-filters.js';
import { swapGroups } from '../../src/store/segments/group-swap.js';
import { MemoryChunks } from '../../src/store/segments/memory-chunks.js';
import { RowGroup } from '../../src/store/segments/row-group.js';
import { StoreState } from '../../src/store/store-state.js';

export interface Attributes {
  ownerId: string | null;
  mimeType: string;
  metadata: JsonObject;
  createdAt: string;
}

export interface SteeredOptions {
  limits?: StandingFiltersLimits;
  /** Opens the index of merged rows; a flat one in memory when absent. */
  openMerged?: (floats: Float32Array) => Promise<{ index: IndexHandle; kind: 'flat' | 'hnsw' }>;
}

export interface ModelDocument {
  document: StoredDocument;
  vectors: { id: number; vector: Float32Array }[];
}

/**
 * The store's state without journal and files, so that thousands can be made, changed in single steps by records of its own;
 * and beside it a model that is no more than a Map.
 */
export class SteeredState {
  readonly model = new Map<number, ModelDocument>();
  private sequence = 0;

  private constructor(
    readonly state: StoreState,
    readonly faiss: FaissIndex,
    private readonly openMerged: NonNullable<SteeredOptions['openMerged']>,
  ) {}

  static async begin(faiss: FaissIndex, dimension: number, options: SteeredOptions = {}): Promise<SteeredState> {
    const openFlat = async (floats: Float32Array): Promise<{ index: IndexHandle; kind: 'flat' }> => {
      const index = await faiss.create(dimension);
      if (floats.length > 0) await faiss.add(index, floats);
      return { index, kind: 'flat' };
    };
    return new SteeredState(await StoreState.create(faiss, dimension, options.limits), faiss, options.openMerged ?? openFlat);
  }

  add(attributes: Attributes, vectors: readonly Float32Array[]): number {
    const id = this.state.nextDocumentId;
    this.save(documentOf(id, attributes), vectors);
    return id;
  }

  replace(id: number, vectors: readonly Float32Array[]): void {
    this.save(this.model.get(id)!.document, vectors);
  }

  patch(id: number, change: Partial<Attributes>): void {
    const { document, vectors } = this.model.get(id)!;
    const changed = { ...document, ...change };
    this.apply({ kind: 'patch', document: changed });
    this.model.set(id, { document: changed, vectors });
  }

  deleteVectors(id: number): void {
    const { document } = this.model.get(id)!;
    this.apply({ kind: 'delete-vectors', document, removedVectorIds: [] });
    this.model.set(id, { document, vectors: [] });
  }

  deleteDocument(id: number): void {
    this.apply({ kind: 'delete-document', documentId: id, removedVectorIds: [] });
    this.model.delete(id);
  }

  /** What is to be called, in one step, when a new tail is ready. */
  async beginFreeze(): Promise<() => void> {
    const index = await this.faiss.create(this.state.dimension);
    return () => void this.state.freeze(index, this.sequence);
  }

  /** Copies the rows that live now, and answers what switches the copy in, in one step; what dies between is not in it. */
  async beginMerge(from: number, to: number): Promise<() => void> {
    const { state, faiss } = this;
    const replaced = state.groups.slice(from, to + 1).map((group) => ({ group, taken: group.liveCopy() }));
    const source = new MemoryChunks(state.dimension);
    const rows: { documentId: number; vectorId: number; vector: Float32Array }[] = [];
    for (const { group, taken } of replaced)
      for (let row = 0; row < taken.length * 8; row++) {
        if (((taken[row >> 3] >> (row & 7)) & 1) === 0) continue;
        const vector = await group.source.readVectors(row, 1);
        source.push(await group.source.read(row, 1), vector);
        rows.push({ documentId: group.documentIds()[row], vectorId: group.vectorIds(row, 1)[0], vector });
      }
    const { index, kind } = await this.openMerged(joined(rows.map(({ vector }) => vector)));
    const heir = new RowGroup('merged', kind, index, source);
    heir.append(
      rows.map(({ documentId }) => documentId),
      rows.map(({ vectorId }) => vectorId),
    );
    return () => swapGroups(state, faiss, replaced, [heir]);
  }

  private save(document: StoredDocument, vectors: readonly Float32Array[]): void {
    const first = this.state.nextVectorId;
    const chunks = vectors.map((_, n) => chunkOf(document.id, n, first + n));
    this.apply({ kind: 'save', document, chunks, vectors: joined(vectors), embeddingModel: 'test-model', removedVectorIds: [] });
    this.model.set(document.id, { document, vectors: vectors.map((vector, n) => ({ id: first + n, vector })) });
  }

  private apply(body: RecordBody): void {
    const record = { ...body, sequence: ++this.sequence, chain: 0, at: '2026-01-01T00:00:00.000Z' } as JournalRecord;
    void this.state.apply(record);
  }
}

type RecordBody = JournalRecord extends infer R ? (R extends unknown ? Omit<R, 'sequence' | 'chain' | 'at'> : never) : never;

function joined(vectors: readonly Float32Array[]): Float32Array {
  const floats = new Float32Array(vectors.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const vector of vectors) {
    floats.set(vector, at);
    at += vector.length;
  }
  return floats;
}

const documentOf = (id: number, attributes: Attributes): StoredDocument => ({
  ...attributes,
  ...{ id, title: `document ${id}`, titleGiven: true, filename: `${id}.txt`, sizeBytes: 0, sha256: `${id}` },
  ...{ status: 'indexed', error: null, pageCount: 1, charCount: 1, chunkCount: 1, warnings: [] },
  ...{ updatedAt: attributes.createdAt, indexedAt: attributes.createdAt, generation: id, textGeneration: null },
});

const chunkOf = (documentId: number, chunkIndex: number, vectorId: number): StoredChunk => ({
  ...{ documentId, chunkIndex, vectorId, text: `chunk ${vectorId}`, headingPath: [], createdAt: '2026-01-01T00:00:00.000Z' },
  ...{ pageStart: 1, pageEnd: 1, charStart: 0, charEnd: 1 },
});
