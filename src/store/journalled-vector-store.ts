import { join } from 'node:path';
import type { FaissIndex, IndexBuilder } from '../faiss-index/index.js';
import { StopError, type Disk, type EventBus } from '../platform/index.js';
import type { StoredChunk, StoredContents, StoredDocument } from './document.js';
import { Housekeeping } from './housekeeping.js';
import type { JournalRecord } from './journal-record.js';
import { acceptDocument, requeueDocument } from './operations/accept-document.js';
import { deleteDocument, deleteVectors, patchDocument, type DocumentChange } from './operations/change-document.js';
import type { OperationContext } from './operations/operation-context.js';
import { importDocument } from './operations/import-document.js';
import { failDocument, saveDocument } from './operations/save-document.js';
import { closeFiles, recoverStore, type OpenedStore } from './recovery/recover-store.js';
import type { ReadContents } from './rebuild-sources.js';
import type { RebuildOptions } from './segments/segment-rebuild.js';
import { searchVectors, type VectorSearchRequest } from './search/vector-search.js';
import { Sequencer } from './sequencer.js';
import { eventOf } from './store.events.js';
import { DocumentNotFoundError } from './store.errors.js';
import { statisticsOf } from './store-statistics.js';
import { rowsAt, type RowRange } from './store-state.js';
import {
  VectorStore,
  type AcceptRequest,
  type AcceptResult,
  type ChunkHit,
  type ImportRequest,
  type ImportResult,
  type SaveRequest,
  type StoreStatistics,
} from './vector-store.port.js';

export interface VectorStoreOptions {
  disk: Disk;
  faiss: FaissIndex;
  events: EventBus;
  dataDir: string;
  dimension: number;
  embeddingModel: string;
  /** Builds the indexes of merged segments; without one segments are never merged. */
  builder?: IndexBuilder;
  /** The tail is sealed when it holds this many vectors. */
  sealVectors: number;
  /** From so many rows on a merged segment's index is an HNSW graph. */
  hnswVectors: number;
  /** Beyond it the journal is trimmed whether or not its copy is up to date. */
  journalBytesMax: number;
  /** The process must end: the disk did not keep its word. */
  onFatal: (error: Error) => void;
}

export class JournalledVectorStore extends VectorStore {
  private readonly sequencer: Sequencer;
  private readonly context: OperationContext;
  private readonly housekeeping: Housekeeping;
  private newestTime: number;
  private closing: Promise<void> | null = null;

  private constructor(
    private readonly options: VectorStoreOptions,
    private readonly opened: OpenedStore,
  ) {
    super();
    const { dimension, embeddingModel, dataDir } = options;
    this.newestTime = newestTimeIn(opened.state.documents.unordered());
    this.housekeeping = new Housekeeping({ ...options, folder: join(dataDir, 'store'), kick: () => this.afterThisBatch() }, opened);
    this.context = {
      state: opened.state,
      dimension,
      embeddingModel,
      getDocument: (id) => this.getDocument(id),
      now: () => this.now(),
    };
    this.sequencer = new Sequencer({
      append: (bodies) => opened.journal.append(bodies),
      apply: (record) => this.apply(record),
      lastSequence: () => opened.journal.lastSequence,
      betweenBatches: () => this.housekeeping.betweenBatches(),
      fatal: (error) => options.onFatal(error),
    });
  }

  static async open(options: VectorStoreOptions): Promise<JournalledVectorStore> {
    const { disk, faiss, dataDir, dimension, embeddingModel } = options;
    return new JournalledVectorStore(
      options,
      await recoverStore(disk, faiss, { folder: join(dataDir, 'store'), dimension, embeddingModel }),
    );
  }

  get storeId(): string {
    return this.opened.journal.identity.storeId;
  }

  get dimension(): number {
    return this.options.dimension;
  }

  get embeddingModel(): string {
    return this.options.embeddingModel;
  }

  get lastSequence(): number {
    return this.opened.journal.lastSequence;
  }

  get idMarks(): { documentId: number; vectorId: number } {
    const { nextDocumentId, nextVectorId } = this.opened.state;
    return { documentId: nextDocumentId - 1, vectorId: nextVectorId - 1 };
  }

  acceptDocument(request: AcceptRequest): Promise<AcceptResult> {
    return this.sequencer.submit(acceptDocument(this.context, request));
  }

  requeueDocument(id: number): Promise<StoredDocument> {
    return this.sequencer.submit(requeueDocument(this.context, id));
  }

  async saveDocument(request: SaveRequest): Promise<StoredDocument> {
    return this.sequencer.submit(saveDocument(this.context, request));
  }

  async importDocument(request: ImportRequest): Promise<ImportResult> {
    return this.sequencer.submit(importDocument(this.context, request));
  }

  failDocument(request: { documentId: number; generation: number; code: string; detail: string }): Promise<StoredDocument> {
    return this.sequencer.submit(failDocument(this.context, request));
  }

  patchDocument(id: number, change: DocumentChange): Promise<StoredDocument> {
    return this.sequencer.submit(patchDocument(this.context, id, change));
  }

  deleteVectors(id: number): Promise<{ document: StoredDocument; deletedVectors: number }> {
    return this.sequencer.submit(deleteVectors(this.context, id));
  }

  deleteDocument(id: number): Promise<{ document: StoredDocument; deletedVectors: number }> {
    return this.sequencer.submit(deleteDocument(this.context, id));
  }

  findDocument(id: number): StoredDocument | undefined {
    return this.opened.state.documents.find(id);
  }

  getDocument(id: number): StoredDocument {
    const document = this.findDocument(id);
    if (!document) throw new DocumentNotFoundError(id);
    return document;
  }

  documents(): Iterable<StoredDocument> {
    return this.opened.state.documents.all();
  }

  queuedDocuments(): StoredDocument[] {
    return this.opened.state.documents.queued();
  }

  findByContent(ownerId: string | null, sha256: string): StoredDocument | undefined {
    return this.opened.state.documents.findByContent(ownerId, sha256);
  }

  hasContent(sha256: string): boolean {
    return this.opened.state.documents.hasContent(sha256);
  }

  async readChunks(documentId: number, places = { start: 0, end: Infinity }): Promise<StoredChunk[]> {
    this.getDocument(documentId);
    const read = ({ group, start, count }: RowRange): Promise<StoredChunk[]> => group.use(() => group.source.read(start, count));
    const rows = rowsAt(this.opened.state.rowsOf(documentId), places);
    const chunks = (await Promise.all(rows.map(read))).flat();
    this.getDocument(documentId); // deleted while it was read: gone, not half
    return chunks;
  }

  async readContents(documentId: number): Promise<StoredContents> {
    const document = this.getDocument(documentId);
    const read = ({ group, start, count }: RowRange): Promise<[StoredChunk[], Float32Array]> =>
      group.use(() => Promise.all([group.source.read(start, count), group.source.readVectors(start, count)]));
    const pieces = await Promise.all(this.opened.state.rowsOf(documentId).map(read));
    this.getDocument(documentId); // deleted while it was read: gone, not half
    const vectors = pieces.length === 1 ? pieces[0][1] : Float32Array.from(pieces.flatMap(([, floats]) => [...floats]));
    return { document, chunks: pieces.flatMap(([chunks]) => chunks), vectors };
  }

  vectorIds(documentId: number): Int32Array {
    this.getDocument(documentId);
    return this.opened.state.vectorIdsOf(documentId);
  }

  search(request: VectorSearchRequest): Promise<ChunkHit[]> {
    return searchVectors(this.opened.state, this.options.faiss, request);
  }

  statistics(): StoreStatistics {
    return { ...statisticsOf(this.opened, this.options), putOff: this.housekeeping.failures };
  }

  async rebuild(read: ReadContents, options?: RebuildOptions): Promise<{ documents: number; vectors: number }> {
    return this.housekeeping.rebuild(read, options);
  }

  seal(): Promise<void> {
    return this.housekeeping.seal();
  }

  get oldestSequence(): number {
    return this.opened.journal.oldestSequence;
  }

  noteCopied(sequence: number): void {
    this.housekeeping.noteCopied(sequence);
  }

  readRecords(afterSequence: number, limits: { recordsMax: number; bytesMax: number }): Promise<JournalRecord[]> {
    return this.opened.journal.read(afterSequence, limits);
  }

  async chainAt(sequence: number): Promise<number | null> {
    return sequence === 0 ? 0 : this.opened.journal.chainAt(sequence);
  }

  close(): Promise<void> {
    return (this.closing ??= this.closeOnce());
  }

  /** Writes nothing; the batch that it belongs to is followed by `betweenBatches` like any other. */
  private afterThisBatch(): Promise<void> {
    return this.sequencer.submit({ touches: () => [], prepare: () => ({ answer: undefined }) });
  }

  private async closeOnce(): Promise<void> {
    await this.sequencer.close();
    await this.housekeeping.close();
    await closeFiles(this.opened);
  }

  private apply(record: JournalRecord): void {
    this.opened.state.apply(record).catch((error: unknown) => {
      this.options.onFatal(
        new StopError(`FAISS could not take over record ${record.sequence}, which is safe in the journal: ${String(error)}. Start again.`),
      );
    });
    if ('removedVectorIds' in record && record.removedVectorIds.length > 0) this.housekeeping.noteDeaths();
    this.options.events.publish(eventOf(record));
  }

  /** Never goes back, whatever the clock does. */
  private now(): string {
    this.newestTime = Math.max(Date.now(), this.newestTime);
    return new Date(this.newestTime).toISOString();
  }
}

/** A clock that went back while the process was away must not make anything older than it was. */
function newestTimeIn(documents: Iterable<StoredDocument>): number {
  let newest = 0;
  for (const { updatedAt } of documents) newest = Math.max(newest, Date.parse(updatedAt));
  return newest;
}
