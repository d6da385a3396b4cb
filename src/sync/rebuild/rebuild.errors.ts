/** Why a document has no chunks after its store was made again from PostgreSQL; stands in the document, nobody throws it. */
export function chunksLost(rowsLeft: number, chunkCount: number): { code: string; detail: string } {
  return {
    code: 'CHUNKS_LOST',
    detail:
      `The store was made again from PostgreSQL, which held ${rowsLeft} of ${chunkCount} chunks of this document as they were written, and its original is not in files/. ` +
      'Nothing of it is found by searches; what is left stays in vector_metadata. Import or upload the document again, then delete this one.',
  };
}
