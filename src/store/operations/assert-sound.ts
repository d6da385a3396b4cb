import { InvalidSaveError } from '../store.errors.js';
import { rowWithoutUnitLength } from '../unit-length.js';
import type { ChunkToSave } from '../vector-store.port.js';

/** Refuses what native code or PostgreSQL must never see. @param what is to be saved, for the error */
export function assertSound(dimension: number, what: string, chunks: readonly ChunkToSave[], vectors: Float32Array): void {
  if (chunks.length === 0) throw new InvalidSaveError(what, 'it has no chunks');
  if (vectors.length !== chunks.length * dimension)
    throw new InvalidSaveError(what, `${chunks.length} chunks need ${chunks.length * dimension} floats, and there are ${vectors.length}`);
  for (const [n, { pageStart, pageEnd, charStart, charEnd }] of chunks.entries()) {
    if (![pageStart, pageEnd, charStart, charEnd].every((value) => Number.isInteger(value) && value >= 0 && value < 2 ** 31))
      throw new InvalidSaveError(what, `the span of chunk ${n} is not made of whole numbers`);
  }
  const wrong = rowWithoutUnitLength(vectors, dimension);
  if (wrong !== undefined) throw new InvalidSaveError(what, `the vector of chunk ${wrong} has no unit length`);
}
