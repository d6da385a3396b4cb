import { Logger } from '@nestjs/common';
import { join } from 'node:path';
import type { FaissIndex } from '../faiss-index/index.js';
import { FileError, StopError, type Disk, type EventBus } from '../platform/index.js';
import type { StoredChunk, StoredContents, StoredDocument } from './document.js';
import type { JournalRecord } from './journal-record.js';
import { acceptDocument, requeueDocument } from './operations/accept-document.js';
import { deleteDocument, deleteVectors, patchDocument, type DocumentChange } from './operations/change-document.js';
import type { OperationContext } from './operations/operation-context.js';
import { importDocument } from './operations/import-document.js';
import { failDocument, saveDocument } from './operations/save-document.js';
import { closeFiles, recoverStore, type OpenedStore } from './recovery.js';
import { searchVectors, type VectorSearchRequest } from './search/vector-search.js';
import { Sequencer } from './sequencer.js';
import { eventOf } from './store.events.js';
import { DocumentNotFoundError } from './store.errors.js';
import { statisticsOf } from './store-statistics.js';
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
  /** The tail is sealed when it holds this many vectors. */
  sealVectors: number;
  /** The process must end: the disk did not keep its word. */
  onFatal: (error: Error) => void;
}

/** Records without vectors also bound a tail, so that a start never replays too many. */
const SEAL_RECORDS = 50_000;
const SEAL_RETRY_MS = 10_000;

export class JournalledVectorStore extends VectorStore {
  private readonly logger = new Logger('VectorStore');
  private readonly sequencer: Sequencer;
  private readonly context: OperationContext;
  private sealing: Promise<void> = Promise.resolve();
  private isSealing = false;
  private sealNotBefore = 0;
  private newestTime = 0;
  private copiedSequence = 0;
  private closing: Promise<void> | null = null;

  private constructor(
    private readonly options: VectorStoreOptions,
    private readonly opened: OpenedStore,
  ) {
    super();
    const { dimension, embeddingModel } = options;
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
      betweenBatches: () => this.sealWhenFull(),
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

  hasContent(sha256: string): boolean {
    return this.opened.state.documents.hasContent(sha256);
  }

  async readChunks(documentId: number): Promise<StoredChunk[]> {
    this.getDocument(documentId);
    const runs = this.opened.state.documents.runsOf(documentId);
    const chunks = (await Promise.all(runs.map(({ group, start, count }) => group.source.read(start, count)))).flat();
    this.getDocument(documentId); // deleted while it was read: gone, not half
    return chunks;
  }

  async readContents(documentId: number): Promise<StoredContents> {
    const document = this.getDocument(documentId);
    const runs = this.opened.state.documents.runsOf(documentId);
    const chunks = (await Promise.all(runs.map(({ group, start, count }) => group.source.read(start, count)))).flat();
    const floats = await Promise.all(runs.map(({ group, start, count }) => this.options.faiss.reconstruct(group.index, start, count)));
    const vectors = new Float32Array(chunks.length * this.dimension);
    floats.reduce((at, piece) => (vectors.set(piece, at), at + piece.length), 0);
    return { document, chunks, vectors };
  }

  vectorIds(documentId: number): Int32Array {
    this.getDocument(documentId);
    return this.opened.state.vectorIdsOf(documentId);
  }

  search(request: VectorSearchRequest): Promise<ChunkHit[]> {
    return searchVectors(this.opened.state, this.options.faiss, request);
  }

  statistics(): StoreStatistics {
    return statisticsOf(this.opened, this.options);
  }

  get oldestSequence(): number {
    return this.opened.journal.oldestSequence;
  }

  noteCopied(sequence: number): void {
    this.copiedSequence = Math.max(this.copiedSequence, sequence);
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

  private async closeOnce(): Promise<void> {
    await this.sequencer.close();
    await this.sealing;
    await closeFiles(this.opened);
  }

  private apply(record: JournalRecord): void {
    this.opened.state.apply(record).catch((error: unknown) => {
      this.options.onFatal(
        new StopError(`FAISS could not take over record ${record.sequence}, which is safe in the journal: ${String(error)}. Start again.`),
      );
    });
    this.options.events.publish(eventOf(record));
  }

  /** Begins a seal when the tail is full and none is under way. Writers wait for the new journal file, not for the segment. */
  private async sealWhenFull(): Promise<void> {
    const { state, journal } = this.opened;
    const isFull = state.tail.rows >= this.options.sealVectors || state.changes.records >= SEAL_RECORDS;
    if (!isFull || this.isSealing || Date.now() < this.sealNotBefore) return;
    this.isSealing = true;
    try {
      await journal.rotate();
    } catch (error) {
      this.isSealing = false;
      throwIfFatal(error);
      this.sealPutOff(error);
      return;
    }
    const index = await this.options.faiss.create(this.dimension);
    const frozen = state.freeze(index, journal.lastSequence);
    const { nextDocumentId, nextVectorId } = state;
    const point = { sequence: journal.lastSequence, chain: journal.lastChain, nextDocumentId, nextVectorId };
    this.sealing = this.sealUntilDone(() => this.opened.sealer.seal(frozen, point));
  }

  /** A frozen tail is sealed before the next one is frozen, however long the disk refuses. */
  private async sealUntilDone(seal: () => Promise<void>): Promise<void> {
    try {
      await seal();
      this.isSealing = false;
    } catch (error) {
      try {
        throwIfFatal(error);
        this.sealPutOff(error);
        this.retrySeal(seal);
      } catch (fatal) {
        this.options.onFatal(fatal as Error);
      }
    }
  }

  private retrySeal(seal: () => Promise<void>): void {
    const timer = setTimeout(() => {
      if (!this.closing) this.sealing = this.sealUntilDone(seal);
    }, SEAL_RETRY_MS);
    timer.unref();
  }

  private sealPutOff(error: unknown): void {
    this.logger.error(`The tail could not be sealed; it goes on in memory, and the journal holds it: ${String(error)}`);
    this.sealNotBefore = Date.now() + SEAL_RETRY_MS;
  }

  /** Never goes back, whatever the clock does. */
  private now(): string {
    this.newestTime = Math.max(Date.now(), this.newestTime);
    return new Date(this.newestTime).toISOString();
  }
}

/** An fsync that failed is never tried again: what the disk holds is not known, and the process must end. */
function throwIfFatal(error: unknown): void {
  if (error instanceof StopError) throw error;
  if (error instanceof FileError && (error.operation === 'sync' || error.operation === 'sync-folder'))
    throw new StopError(`${error.message}. What was acknowledged is safe in the journal. Look at the disk, then start again.`, {
      cause: error,
    });
}
