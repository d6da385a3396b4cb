import type { JournalRecord } from '../store/index.js';
import type { ChunkRow, DocumentRow, IdMarks } from '../vector-metadata/index.js';

/**
 * What a run of journal records does to the rows, taken together: a chunk that the run both writes and deletes never
 * reaches the database. Deletes come first; since no id is ever given twice, the order within the run is then told. What is
 * deleted is so in any case: rows that were copied from the engine are ahead of the journal, and may hold what only later
 * records of the run write.
 */
export interface NetChange {
  deletedDocuments: number[];
  deletedVectors: number[];
  documents: DocumentRow[];
  chunks: ChunkRow[];
  /** The chunks' vectors, in their order. */
  vectors: Float32Array;
  /** Records of documents that are set aside already: noted, not written. */
  joining: JournalRecord[];
  /** Documents that were set aside and are deleted now: nothing of them is missing any more. */
  healedDocuments: number[];
  /** The highest ids in the records, whether anything of them stays or not. */
  marks: IdMarks;
}

export function documentIdOf(record: JournalRecord): number {
  return record.kind === 'delete-document' ? record.documentId : record.document.id;
}

export function removedVectorsOf(record: JournalRecord): readonly number[] {
  return 'removedVectorIds' in record ? record.removedVectorIds : [];
}

export function netChangeOf(records: readonly JournalRecord[], setAside: ReadonlySet<number>): NetChange {
  const documents = new Map<number, DocumentRow>();
  const chunks = new Map<number, { row: ChunkRow; vector: Float32Array }>();
  const deletedDocuments: number[] = [];
  const deletedVectors: number[] = [];
  const joining: JournalRecord[] = [];
  for (const record of records) {
    for (const id of removedVectorsOf(record)) {
      chunks.delete(id);
      deletedVectors.push(id);
    }
    if (record.kind === 'delete-document') {
      documents.delete(record.documentId);
      deletedDocuments.push(record.documentId);
    } else if (setAside.has(record.document.id)) {
      joining.push(record);
    } else {
      documents.set(record.document.id, record.document);
      if (record.kind === 'save') addChunks(chunks, record);
    }
  }
  return {
    deletedDocuments,
    deletedVectors,
    documents: [...documents.values()],
    ...chunksAndVectors([...chunks.values()]),
    joining,
    healedDocuments: deletedDocuments.filter((id) => setAside.has(id)),
    marks: marksOf(records),
  };
}

function marksOf(records: readonly JournalRecord[]): IdMarks {
  const marks = { documentId: 0, vectorId: 0 };
  for (const record of records) {
    marks.documentId = Math.max(marks.documentId, documentIdOf(record));
    for (const id of removedVectorsOf(record)) marks.vectorId = Math.max(marks.vectorId, id);
    if (record.kind === 'save') for (const { vectorId } of record.chunks) marks.vectorId = Math.max(marks.vectorId, vectorId);
  }
  return marks;
}

function addChunks(chunks: Map<number, { row: ChunkRow; vector: Float32Array }>, record: JournalRecord & { kind: 'save' }): void {
  const dimension = record.vectors.length / record.chunks.length;
  record.chunks.forEach((chunk, place) => {
    const vector = record.vectors.subarray(place * dimension, (place + 1) * dimension);
    chunks.set(chunk.vectorId, { row: { ...chunk, embeddingModel: record.embeddingModel }, vector });
  });
}

export function chunksAndVectors(entries: { row: ChunkRow; vector: Float32Array }[]): { chunks: ChunkRow[]; vectors: Float32Array } {
  const dimension = entries[0]?.vector.length ?? 0;
  const vectors = new Float32Array(entries.length * dimension);
  entries.forEach(({ vector }, place) => vectors.set(vector, place * dimension));
  return { chunks: entries.map(({ row }) => row), vectors };
}
