import { LRUCache } from 'lru-cache';
import { DocumentNotFoundError, type StoredChunk, type VectorStore } from '../store/index.js';
import { chunkLength } from '../vector-metadata/index.js';
import { MetadataConflictError, type MetadataConflict } from './sync.errors.js';

/** A row of the metadata that FAISS's side is asked to hold; absent fields are not compared. */
export interface MetadataEntry {
  document_id: number;
  chunk_index: number;
  text: string;
  faiss_index?: number;
  embedding_model?: string;
  chunk_length?: number;
}

const CONFLICTS_NAMED_MAX = 100;
/** Documents whose chunks are kept at hand: rows mostly come document by document, and may be mixed. */
const DOCUMENTS_AT_HAND = 32;

/**
 * Holds given rows against the engine, one by one and in any order. Memory grows by a byte for each chunk of a named
 * document, never by its text.
 */
export class MetadataCheck {
  private readonly atHand = new LRUCache<number, StoredChunk[]>({ max: DOCUMENTS_AT_HAND });
  /** For each named document, which of its chunks were given. */
  private readonly given = new Map<number, Uint8Array>();
  private readonly conflicts: MetadataConflict[] = [];
  private conflictCount = 0;

  constructor(private readonly store: VectorStore) {}

  get documentIds(): Iterable<number> {
    return this.given.keys();
  }

  async add(entry: MetadataEntry): Promise<void> {
    const chunks = await this.chunksOf(entry.document_id);
    if (!chunks) return this.refuse(entry, null, 'the engine has no such document');
    const chunk = chunks[entry.chunk_index];
    if (!chunk) return this.refuse(entry, null, 'the engine has no such chunk');
    const given = this.given.get(entry.document_id)!;
    const reason = given[entry.chunk_index] ? 'it is given twice' : this.difference(entry, chunk);
    given[entry.chunk_index] = 1;
    if (reason) this.refuse(entry, chunk.vectorId, reason);
  }

  /** After the last row: a document must be given whole. Throws MetadataConflictError, naming the first hundred. */
  finish(): void {
    for (const [documentId, given] of this.given) {
      const document = this.store.findDocument(documentId);
      if (!document || document.chunkCount !== given.length) {
        this.refuse({ document_id: documentId, chunk_index: 0 }, null, 'the document changed during the call');
        continue;
      }
      given.forEach((there, chunkIndex) => {
        if (!there) this.refuse({ document_id: documentId, chunk_index: chunkIndex }, null, 'the engine has it, and it was not given');
      });
    }
    if (this.conflictCount > 0) throw new MetadataConflictError(this.conflicts, this.conflictCount);
  }

  /** In chunk order; undefined for a document that the engine does not know. */
  private async chunksOf(documentId: number): Promise<StoredChunk[] | undefined> {
    const atHand = this.atHand.get(documentId);
    if (atHand) return atHand;
    const chunks = await this.store.readChunks(documentId).catch((error: unknown) => {
      if (error instanceof DocumentNotFoundError) return undefined;
      throw error;
    });
    if (!chunks) return undefined;
    this.atHand.set(documentId, chunks);
    if (!this.given.has(documentId)) this.given.set(documentId, new Uint8Array(chunks.length));
    return chunks;
  }

  private difference(entry: MetadataEntry, chunk: StoredChunk): string | undefined {
    if (entry.text !== chunk.text) return 'its text is another';
    if (entry.faiss_index !== undefined && entry.faiss_index !== chunk.vectorId) return `its faiss_index is ${chunk.vectorId}`;
    if (entry.chunk_length !== undefined && entry.chunk_length !== chunkLength(chunk.text))
      return `its chunk_length is ${chunkLength(chunk.text)}`;
    if (entry.embedding_model !== undefined && entry.embedding_model !== this.store.embeddingModel)
      return `its embedding_model is ${this.store.embeddingModel}`;
    return undefined;
  }

  private refuse(at: { document_id: number; chunk_index: number }, faissIndex: number | null, reason: string): void {
    this.conflictCount++;
    if (this.conflicts.length >= CONFLICTS_NAMED_MAX) return;
    this.conflicts.push({ document_id: at.document_id, chunk_index: at.chunk_index, faiss_index: faissIndex, reason });
  }
}
