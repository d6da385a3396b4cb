import { writeFileSync } from 'node:fs';
import { FaissIndex, type IndexHandle, type SearchResult } from '../../src/faiss-index/index.js';

/** Keeps rows and finds nothing: for tests of what lies behind the journal, which search no vectors. */
export class PlainFaissIndex extends FaissIndex {
  private readonly indexes = new Map<IndexHandle, { dimension: number; floats: Float32Array }>();
  private handle = 0;

  async create(dimension: number): Promise<IndexHandle> {
    this.indexes.set(++this.handle, { dimension, floats: new Float32Array(0) });
    return this.handle;
  }

  async open(_path: string, rows: number, dimension: number): Promise<IndexHandle> {
    this.indexes.set(++this.handle, { dimension, floats: new Float32Array(rows * dimension) });
    return this.handle;
  }

  async add(index: IndexHandle, vectors: Float32Array): Promise<void> {
    const { dimension, floats } = this.indexes.get(index)!;
    const grown = new Float32Array(floats.length + vectors.length);
    grown.set(floats);
    grown.set(vectors, floats.length);
    this.indexes.set(index, { dimension, floats: grown });
  }

  async search(): Promise<SearchResult> {
    return { parts: new Int32Array(0), rows: new Int32Array(0), scores: new Float32Array(0) };
  }

  async write(index: IndexHandle, path: string): Promise<number> {
    const { floats } = this.indexes.get(index)!;
    const bytes = Buffer.concat([Buffer.alloc(45), Buffer.from(floats.buffer)]);
    writeFileSync(path, bytes);
    return bytes.length;
  }

  async reconstruct(index: IndexHandle, start: number, count: number): Promise<Float32Array> {
    const { dimension, floats } = this.indexes.get(index)!;
    return floats.slice(start * dimension, (start + count) * dimension);
  }

  async release(index: IndexHandle): Promise<void> {
    this.indexes.delete(index);
  }
}
