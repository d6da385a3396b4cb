import type { StoredChunk } from '../document.js';
import type { ChunkSource } from './row-group.js';

/** The tail's chunks and vectors, in row order. */
export class MemoryChunks implements ChunkSource {
  readonly bytes = 0;
  private readonly chunks: StoredChunk[] = [];
  private readonly vectors: Float32Array[] = [];

  constructor(private readonly dimension: number) {}

  push(chunks: readonly StoredChunk[], vectors: Float32Array): void {
    for (const [n, chunk] of chunks.entries()) {
      this.chunks.push(chunk);
      this.vectors.push(vectors.subarray(n * this.dimension, (n + 1) * this.dimension));
    }
  }

  read(start: number, count: number): Promise<StoredChunk[]> {
    return Promise.resolve(this.chunks.slice(start, start + count));
  }

  readVectors(start: number, count: number): Promise<Float32Array> {
    const floats = new Float32Array(count * this.dimension);
    this.vectors.slice(start, start + count).forEach((vector, n) => floats.set(vector, n * this.dimension));
    return Promise.resolve(floats);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
