import { writeFileSync } from 'node:fs';
import { flatIndexHeader } from '../../src/faiss-index/index.js';

/** Writes rows × dimension floats as a flat index file; answers its path. */
export function writeFlatIndex(path: string, vectors: Float32Array, dimension: number): string {
  const floats = Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength);
  writeFileSync(path, Buffer.concat([flatIndexHeader(vectors.length / dimension, dimension), floats]));
  return path;
}
