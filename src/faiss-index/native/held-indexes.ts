import { statSync } from 'node:fs';
import type { IndexHandle, IndexKind } from '../faiss-index.port.js';
import { firstNotFinite } from '../finite.js';
import { BestOfParts, scannedRows } from './best-rows.js';
import { graphRows } from './graph-rows.js';
import { indexFileFault } from './index-file.js';
import { Refused, type Handlers, type Operations } from './messages.js';
import type { NativeFaiss, NativeIndex } from './native-index.js';

const rowsMax = 2 ** 31 - 1;

interface HeldIndex {
  kind: IndexKind;
  native: NativeIndex;
}

/**
 * The indexes in this thread's memory, and what can be done with them. The main thread has checked what stands in a
 * request alone; here it is checked against the index that it is for, before native code is called.
 */
export class HeldIndexes implements Omit<Handlers, 'load' | 'close'> {
  private readonly held = new Map<IndexHandle, HeldIndex>();
  private lastHandle: IndexHandle = 0;

  constructor(private readonly faiss: Pick<NativeFaiss, 'IndexFlatIP' | 'Index'>) {}

  create = ({ dimension }: Operations['create']['request']): IndexHandle =>
    this.hold({ kind: 'flat', native: native('make an index', () => new this.faiss.IndexFlatIP(dimension)) });

  open = async ({ path, rows, dimension, kind }: Operations['open']['request']): Promise<IndexHandle> => {
    const fault = indexFileFault(path, rows, dimension, kind);
    if (fault !== undefined) throw new Refused({ kind: 'file', path, what: fault });
    const index = await this.faiss.Index.readAsync(path).catch((error: unknown) => {
      throw new Refused({ kind: 'file', path, what: `FAISS says: ${messageOf(error)}` });
    });
    if (index.ntotal() !== rows || index.getDimension() !== dimension) {
      const what = `FAISS read ${index.ntotal()} rows of ${index.getDimension()} floats from it, not ${rows} of ${dimension}`;
      index.release();
      throw new Refused({ kind: 'file', path, what });
    }
    return this.hold({ kind, native: index });
  };

  add = ({ index: handle, vectors }: Operations['add']['request']): undefined => {
    const { kind, native: index } = this.get(handle);
    const dimension = index.getDimension();
    if (kind !== 'flat') throw refuse(`Index ${handle} is an HNSW index, which is built beside the searches and not added to.`);
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
    const other = indexes.findIndex(({ native: index }) => index.getDimension() !== query.length);
    if (other >= 0) {
      const dimension = indexes[other].native.getDimension();
      throw refuse(`The query has ${query.length} floats; vectors of index ${parts[other].index} have ${dimension}.`);
    }
    const best = new BestOfParts(k);
    parts.forEach(({ index, allowed, exact }, part) => {
      const { kind, native: searched } = indexes[part];
      best.take(
        part,
        native(`search index ${index}`, () => {
          const found = kind === 'hnsw' && !exact ? graphRows(searched, query, k, allowed) : null;
          return found ?? scannedRows(searched, query, k, allowed);
        }),
      );
    });
    return best.result();
  };

  write = ({ index: handle, path }: Operations['write']['request']): number => {
    const { kind, native: index } = this.get(handle);
    try {
      index.write(path);
      // FAISS does not look at what the last flush answers, so that a full disk can go unnoticed
      const fault = indexFileFault(path, index.ntotal(), index.getDimension(), kind);
      if (fault !== undefined) throw new Error(`it did not arrive whole: ${fault}; the disk may be full`);
      return statSync(path).size;
    } catch (error) {
      throw new Refused({ kind: 'write', path, what: messageOf(error) });
    }
  };

  reconstruct = ({ index: handle, start, count }: Operations['reconstruct']['request']): Float32Array => {
    const { native: index } = this.get(handle);
    const rows = index.ntotal();
    if (start + count > rows) throw refuse(`Rows ${start} to ${start + count - 1} were asked of index ${handle}, which has ${rows}.`);
    return native(`read rows of index ${handle}`, () => index.reconstructN(start, count));
  };

  release = ({ index: handle }: Operations['release']['request']): undefined => {
    this.get(handle).native.release();
    this.held.delete(handle);
  };

  private hold(index: HeldIndex): IndexHandle {
    this.held.set(++this.lastHandle, index);
    return this.lastHandle;
  }

  private get(handle: IndexHandle): HeldIndex {
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
