import { Injectable } from '@nestjs/common';
import { VectorStore, type JournalRecord } from '../store/index.js';

const RECORDS_READ = { recordsMax: 1_000, bytesMax: 16 * 1024 * 1024 };

/** One document's vectors by vector id: the living ones. */
export type VectorsById = ReadonlyMap<number, Float32Array>;

/** Takes living vectors out of the journal's save records again, in one pass over it. */
@Injectable()
export class JournalledVectors {
  constructor(private readonly store: VectorStore) {}

  /**
   * Calls back for each of the documents as soon as all its living vectors were found, so that no more than a batch of
   * records is in memory. Returns the documents whose vectors the journal does not hold.
   */
  async collect(
    documentIds: ReadonlySet<number>,
    upTo: number,
    found: (id: number, vectors: VectorsById) => Promise<void>,
  ): Promise<Set<number>> {
    const wanted = new Set(documentIds);
    const partial = new Map<number, Map<number, Float32Array>>();
    for (let after = 0; after < upTo && wanted.size > 0;) {
      const records = await this.store.readRecords(after, RECORDS_READ);
      if (records.length === 0) break;
      for (const record of records) {
        if (record.kind !== 'save' || !wanted.has(record.document.id)) continue;
        const id = record.document.id;
        const living = this.livingVectors(id);
        const vectors = collectInto(partial.get(id) ?? new Map<number, Float32Array>(), record, living);
        partial.set(id, vectors);
        if (vectors.size < living.size || living.size === 0) continue;
        wanted.delete(id);
        partial.delete(id);
        await found(id, vectors);
      }
      after = records.at(-1)!.sequence;
    }
    return wanted;
  }

  private livingVectors(documentId: number): Set<number> {
    return new Set(this.store.findDocument(documentId) ? this.store.vectorIds(documentId) : []);
  }
}

function collectInto(
  vectors: Map<number, Float32Array>,
  record: JournalRecord & { kind: 'save' },
  living: ReadonlySet<number>,
): Map<number, Float32Array> {
  const dimension = record.vectors.length / record.chunks.length;
  record.chunks.forEach(({ vectorId }, place) => {
    if (living.has(vectorId)) vectors.set(vectorId, record.vectors.slice(place * dimension, (place + 1) * dimension));
  });
  return vectors;
}
