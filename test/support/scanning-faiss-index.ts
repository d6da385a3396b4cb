import { readFileSync, writeFileSync } from 'node:fs';
import { FaissIndex, type IndexHandle, type SearchPart, type SearchResult } from '../../src/faiss-index/index.js';

const HEADER_BYTES = 45;

/** The port in plain JavaScript, for tests that open thousands of stores; the contract suite holds it to the real one. */
export class ScanningFaissIndex extends FaissIndex {
  private readonly indexes = new Map<IndexHandle, { dimension: number; data: number[] }>();
  private next = 1;

  create(dimension: number): Promise<IndexHandle> {
    this.indexes.set(this.next, { dimension, data: [] });
    return Promise.resolve(this.next++);
  }

  open(path: string, rows: number, dimension: number): Promise<IndexHandle> {
    const bytes = readFileSync(path);
    if (bytes.length !== HEADER_BYTES + 4 * rows * dimension) return Promise.reject(new Error(`${path} has a wrong size`));
    const floats = new Float32Array(new Uint8Array(bytes.subarray(HEADER_BYTES)).buffer);
    this.indexes.set(this.next, { dimension, data: [...floats] });
    return Promise.resolve(this.next++);
  }

  add(index: IndexHandle, vectors: Float32Array): Promise<void> {
    for (const value of vectors) this.get(index).data.push(value);
    return Promise.resolve();
  }

  search(query: Float32Array, k: number, parts: SearchPart[]): Promise<SearchResult> {
    const found: { part: number; row: number; score: number }[] = [];
    for (const [part, { index, allowed }] of parts.entries()) {
      const { dimension, data } = this.get(index);
      for (let row = 0; row < data.length / dimension; row++) {
        if (allowed && !(allowed[row >> 3] & (1 << (row & 7)))) continue;
        let score = 0;
        for (let d = 0; d < dimension; d++) score += query[d] * data[row * dimension + d];
        found.push({ part, row, score });
      }
    }
    const best = found.sort((a, b) => b.score - a.score || a.part - b.part || a.row - b.row).slice(0, k);
    return Promise.resolve({
      parts: Int32Array.from(best, ({ part }) => part),
      rows: Int32Array.from(best, ({ row }) => row),
      scores: Float32Array.from(best, ({ score }) => score),
    });
  }

  write(index: IndexHandle, path: string): Promise<number> {
    const { data } = this.get(index);
    const floats = Float32Array.from(data);
    writeFileSync(path, Buffer.concat([Buffer.alloc(HEADER_BYTES), Buffer.from(floats.buffer)]));
    return Promise.resolve(HEADER_BYTES + floats.byteLength);
  }

  reconstruct(index: IndexHandle, start: number, count: number): Promise<Float32Array> {
    const { dimension, data } = this.get(index);
    return Promise.resolve(Float32Array.from(data.slice(start * dimension, (start + count) * dimension)));
  }

  release(index: IndexHandle): Promise<void> {
    this.indexes.delete(index);
    return Promise.resolve();
  }

  private get(index: IndexHandle): { dimension: number; data: number[] } {
    const found = this.indexes.get(index);
    if (!found) throw new Error(`no index ${index}`);
    return found;
  }
}
