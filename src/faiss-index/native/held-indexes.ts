import { statSync } from 'node:fs';
import type { IndexHandle } from '../faiss-index.port.js';
import { firstNotFinite } from '../finite.js';
import { BestOfParts, bestRows } from './best-rows.js';
import { flatIndexBytes } from '../flat-format.js';
import { flatFileFault } from './flat-file.js';
import { Refused, type Handlers, type Operations } from './messages.js';
import type { NativeIndex, NativeIndexClass } from './native-index.js';

const rowsMax = 2 ** 31 - 1;

/**
 * The indexes in this thread's memory, and what can be done with them. The main thread has checked what stands in a
 * request alone; here it is checked against the index that it is for, before native code is called.
 */
export class HeldIndexes implements Omit<Handlers, 'load' | 'close'> {
  private readonly held = new Map<IndexHandle, NativeIndex>();
  private lastHandle: IndexHandle = 0;

  constructor(private readonly IndexClass: NativeIndexClass) {}

  create = ({ dimension }: Operations['create']['request']): IndexHandle =>
    this.hold(native('make an index', () => new this.IndexClass(dimension)));

  open = ({ path, rows, dimension }: Operations['open']['request']): IndexHandle => {
    const fault = flatFileFault(path, rows, dimension);
    if (fault !== undefined) throw new Refused({ kind: 'file', path, what: fault });
    const index = native(`read ${path}`, () => this.IndexClass.read(path));
    if (index.ntotal() !== rows || index.getDimension() !== dimension) {
      const what = `FAISS read ${index.ntotal()} rows of ${index.getDimension()} floats from it, not ${rows} of ${dimension}`;
      index.release();
      throw new Refused({ kind: 'file', path, what });
    }
    return this.hold(index);
  };

  add = ({ index: handle, vectors }: Operations['add']['request']): undefined => {
    const index = this.get(handle);
    const dimension = index.getDimension();
    if (vectors.length % dimension !== 0) {
      throw refuse(`${vectors.length} floats were to be added to index ${handle}, whose vectors have ${dimension} each.`);
    }
    const wrong = firstNotFinite(vectors);
    if (wrong >= 0) {
      throw refuse(
        `Float ${wrong % dimension} of vector ${Math.floor(wrong / dimension)} is ${vectors[wrong]}, which is no finite number.`,
      );
    }
    const rows = index.ntotal() + vectors.length / dimension;
    if (rows > rowsMax) throw refuse(`Index ${handle} would hold ${rows} vectors, more than ${rowsMax}.`);
    if (vectors.length > 0) native(`add to index ${handle}`, () => index.add(vectors));
    return undefined;
  };

  search = ({ query, k, parts }: Operations['search']['request']): Operations['search']['reply'] => {
    const indexes = parts.map(({ index }) => this.get(index));
    const other = indexes.findIndex((index) => index.getDimension() !== query.length);
    if (other >= 0) {
      throw refuse(`The query has ${query.length} floats; vectors of index ${parts[other].index} have ${indexes[other].getDimension()}.`);
    }
    const best = new BestOfParts(k);
    parts.forEach(({ index, allowed }, part) => {
      best.take(
        part,
        native(`search index ${index}`, () => bestRows(indexes[part], query, k, allowed)),
      );
    });
    return best.result();
  };

  write = ({ index: handle, path }: Operations['write']['request']): number => {
    const index = this.get(handle);
    const expected = flatIndexBytes(index.ntotal(), index.getDimension());
    try {
      index.write(path);
      const { size } = statSync(path);
      // FAISS does not look at what the last flush answers, so that a full disk can go unnoticed
      if (size === expected) return size;
      throw new Error(`${size} of ${expected} bytes arrived; the disk may be full`);
    } catch (error) {
      throw new Refused({ kind: 'write', path, what: messageOf(error) });
    }
  };

  reconstruct = ({ index: handle, start, count }: Operations['reconstruct']['request']): Float32Array => {
    const index = this.get(handle);
    const rows = index.ntotal();
    if (start + count > rows) throw refuse(`Rows ${start} to ${start + count - 1} were asked of index ${handle}, which has ${rows}.`);
    return native(`read rows of index ${handle}`, () => index.reconstructN(start, count));
  };

  release = ({ index: handle }: Operations['release']['request']): undefined => {
    this.get(handle).release();
    this.held.delete(handle);
  };

  private hold(index: NativeIndex): IndexHandle {
    this.held.set(++this.lastHandle, index);
    return this.lastHandle;
  }

  private get(handle: IndexHandle): NativeIndex {
    const index = this.held.get(handle);
    if (!index) throw refuse(`There is no index ${handle}: it was released, or never made.`);
    return index;
  }
}

const refuse = (what: string): Refused => new Refused({ kind: 'invalid', what });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Names what native code was doing when it failed. */
function native<T>(operation: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new Refused({ kind: 'failed', operation, what: messageOf(error) });
  }
}
