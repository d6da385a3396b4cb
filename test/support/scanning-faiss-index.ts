import { readFileSync } from 'node:fs';
import {
  FaissIndex,
  flatIndexBytes,
  IndexFileError,
  InvalidVectorRequestError,
  type IndexHandle,
  type IndexKind,
  type SearchPart,
  type SearchResult,
} from '../../src/faiss-index/index.js';
import { writeFlatIndex } from './flat-index-file.js';

/**
 * The port in plain JavaScript, for tests that open thousands of stores; the contract suite holds it to the real one.
 * It compares every allowed row, whatever the kind of index: `exact` changes nothing here.
 */
export class ScanningFaissIndex extends FaissIndex {
  private readonly indexes = new Map<IndexHandle, { dimension: number; data: number[] }>();
  private next = 1;

  create(dimension: number): Promise<IndexHandle> {
    return settled(() => this.hold(dimension, []));
  }

  /** Every index file ends in its floats; what stands before them is not looked at, so that a graph may be anything. */
  open(path: string, rows: number, dimension: number, kind: IndexKind = 'flat'): Promise<IndexHandle> {
    return settled(() => {
      const bytes = readFileSync(path);
      const floatBytes = 4 * rows * dimension;
      const fits = kind === 'flat' ? bytes.length === flatIndexBytes(rows, dimension) : bytes.length >= floatBytes;
      if (!fits) throw new IndexFileError(path, `it has ${bytes.length} bytes`);
      return this.hold(dimension, [...new Float32Array(new Uint8Array(bytes.subarray(bytes.length - floatBytes)).buffer)]);
    });
  }

  add(index: IndexHandle, vectors: Float32Array): Promise<void> {
    return settled(() => {
      const { data } = this.get(index);
      for (const value of vectors) data.push(value);
    });
  }

  search(query: Float32Array, k: number, parts: SearchPart[]): Promise<SearchResult> {
    return settled(() => {
      const best = parts
        .flatMap((part, position) => this.scores(query, part).map((found) => ({ part: position, ...found })))
        .sort((a, b) => b.score - a.score || a.part - b.part || a.row - b.row)
        .slice(0, k);
      return {
        parts: Int32Array.from(best, ({ part }) => part),
        rows: Int32Array.from(best, ({ row }) => row),
        scores: Float32Array.from(best, ({ score }) => score),
      };
    });
  }

  write(index: IndexHandle, path: string): Promise<number> {
    return settled(() => {
      const { dimension, data } = this.get(index);
      const rows = data.length / dimension;
      writeFlatIndex(path, Float32Array.from(data), dimension);
      return flatIndexBytes(rows, dimension);
    });
  }

  reconstruct(index: IndexHandle, start: number, count: number): Promise<Float32Array> {
    return settled(() => {
      const { dimension, data } = this.get(index);
      return Float32Array.from(data.slice(start * dimension, (start + count) * dimension));
    });
  }

  release(index: IndexHandle): Promise<void> {
    return settled(() => void this.indexes.delete(index));
  }

  private hold(dimension: number, data: number[]): IndexHandle {
    this.indexes.set(this.next, { dimension, data });
    return this.next++;
  }

  private scores(query: Float32Array, { index, allowed }: SearchPart): { row: number; score: number }[] {
    const { dimension, data } = this.get(index);
    const found: { row: number; score: number }[] = [];
    for (let row = 0; row < data.length / dimension; row++) {
      if (allowed && !(allowed[row >> 3] & (1 << (row & 7)))) continue;
      let score = 0;
      for (let d = 0; d < dimension; d++) score += query[d] * data[row * dimension + d];
      found.push({ row, score });
    }
    return found;
  }

  private get(index: IndexHandle): { dimension: number; data: number[] } {
    const found = this.indexes.get(index);
    if (!found) throw new InvalidVectorRequestError(`There is no index ${index}.`);
    return found;
  }
}

/** Done at once, in the order of the calls; what is thrown rejects. */
function settled<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}
