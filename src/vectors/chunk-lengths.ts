import { Injectable } from '@nestjs/common';
import { DocumentNotFoundError, VectorStore, type StoredDocument } from '../store/index.js';

/** Documents whose texts are read at once. */
const readsAtOnce = 8;

interface MeasuredDocument {
  document: StoredDocument;
  vectorCount: number;
  /** Characters of its chunks together. */
  chunkChars: number;
}

/**
 * How many characters each document's chunks have. The engine keeps texts on the disk, so each is read once and its length
 * remembered for as long as the document has the same vectors.
 */
@Injectable()
export class ChunkLengths {
  /** By document id. */
  private readonly known = new Map<number, { chunkSet: string; chunkChars: number }>();

  constructor(private readonly store: VectorStore) {}

  /** All documents that have vectors, by id, as they are at one moment. */
  async measure(): Promise<MeasuredDocument[]> {
    for (;;) {
      const unknown = this.forgetAndFind();
      // Nothing is awaited between the last look and the answer, so that all of it is of one moment.
      if (unknown.length === 0) return this.answer();
      await this.read(unknown);
    }
  }

  private forgetAndFind(): number[] {
    const unknown: number[] = [];
    const gone = new Set(this.known.keys());
    for (const document of this.store.documents()) {
      if (document.chunkCount === 0) continue;
      gone.delete(document.id);
      if (this.known.get(document.id)?.chunkSet !== this.chunkSet(document)) unknown.push(document.id);
    }
    for (const id of gone) this.known.delete(id);
    return unknown;
  }

  private answer(): MeasuredDocument[] {
    const measured: MeasuredDocument[] = [];
    for (const document of this.store.documents()) {
      const lengths = this.known.get(document.id);
      if (document.chunkCount > 0 && lengths !== undefined) {
        measured.push({ document, vectorCount: document.chunkCount, chunkChars: lengths.chunkChars });
      }
    }
    return measured;
  }

  private async read(ids: number[]): Promise<void> {
    let next = 0;
    const readRest = async (): Promise<void> => {
      while (next < ids.length) await this.readOne(ids[next++]);
    };
    await Promise.all(Array.from({ length: readsAtOnce }, readRest));
  }

  private async readOne(id: number): Promise<void> {
    try {
      const chunkSet = this.chunkSet(this.store.getDocument(id));
      const chunks = await this.store.readChunks(id);
      // Should the chunks have changed in between, the next look finds another set and reads again.
      this.known.set(id, { chunkSet, chunkChars: chunks.reduce((sum, { text }) => sum + text.length, 0) });
    } catch (error) {
      // Deleted since it was listed: the next look does not find it either.
      if (!(error instanceof DocumentNotFoundError)) throw error;
    }
  }

  /** Tells one set of a document's chunks from every other: vector ids are never given twice. */
  private chunkSet({ id, textGeneration }: StoredDocument): string {
    const ids = this.store.vectorIds(id);
    return `${textGeneration}:${ids.length}:${ids[0]}:${ids[ids.length - 1]}`;
  }
}
