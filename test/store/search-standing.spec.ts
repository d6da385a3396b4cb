import type { FaissIndex, SearchPart, SearchResult } from '../../src/faiss-index/index.js';
import type { ChunkFilter } from '../../src/store/index.js';
import { searchVectors, type VectorSearchRequest } from '../../src/store/search/vector-search.js';
import { ScanningFaissIndex } from '../support/scanning-faiss-index.js';
import { SteeredState, type Attributes } from '../support/steered-state.js';

/** Keeps what it was asked; an answer waits for `gate`, before and after it is made. */
class AskedFaissIndex extends ScanningFaissIndex {
  readonly asked: SearchPart[][] = [];
  gate: Promise<void> = Promise.resolve();

  override async search(...request: Parameters<FaissIndex['search']>): Promise<SearchResult> {
    this.asked.push(request[2]);
    const { gate } = this;
    await gate;
    const result = await super.search(...request);
    await gate;
    return result;
  }

  /** What is asked from now on waits until the answer is called. */
  close(): () => void {
    let open = (): void => undefined;
    this.gate = new Promise((resolve) => (open = resolve));
    return open;
  }
}

const attributes = (ownerId: string | null, n = 0): Attributes => ({
  ownerId,
  mimeType: 'text/plain',
  metadata: { n },
  createdAt: '2026-01-01T00:00:00.000Z',
});
const EAST = Float32Array.of(1, 0);
const NORTH = Float32Array.of(0, 1);
const repeated = (vector: Float32Array, count: number): Float32Array[] => Array.from({ length: count }, () => vector);

describe('A filter that stands', () => {
  let faiss: AskedFaissIndex;
  let steered: SteeredState;
  beforeEach(async () => {
    faiss = new AskedFaissIndex();
    steered = await SteeredState.begin(faiss, 2, { limits: { filtersMax: 2, slice: { ms: 0, steps: 1 } } });
  });

  const search = (filter: ChunkFilter | undefined, request: Partial<VectorSearchRequest> = {}) =>
    searchVectors(steered.state, faiss, { vector: EAST, topK: 10, filter, ...request });
  const found = async (filter: ChunkFilter, request?: Partial<VectorSearchRequest>): Promise<number[]> =>
    (await search(filter, request)).map(({ document }) => document.id);

  it('asks FAISS for nothing when it allows nothing', async () => {
    steered.add(attributes('anna'), [EAST]);
    const filters: ChunkFilter[] = [
      { ownerId: 'nobody' },
      { documentIds: [] },
      { mimeTypes: [] },
      { metadata: { unknown: 1 } },
      { metadata: { n: '0' } },
      { documentIds: Array.from({ length: 10_000 }, (_, n) => n + 100) },
    ];
    for (const filter of filters) expect(await found(filter)).toEqual([]);
    expect(faiss.asked).toEqual([]);
  });

  it('finds the one of ten thousand ids that is there', async () => {
    for (let n = 0; n < 5; n++) steered.add(attributes('anna'), [EAST]);
    expect(await found({ documentIds: Array.from({ length: 10_000 }, (_, n) => n + 5) })).toEqual([5]);
  });

  it('counts as none when it has no conditions', async () => {
    steered.add(attributes('anna'), [EAST]);
    for (const filter of [undefined, {}, { metadata: {} }]) expect(await search(filter)).toHaveLength(1);
    expect(faiss.asked.flat().map(({ allowed }) => allowed)).toEqual([undefined, undefined, undefined]);
    expect(steered.state.filters.size).toBe(0);
  });

  it('is compared row by row up to a number of allowed rows, and beyond it only when that is asked for', async () => {
    steered.add(attributes('anna'), repeated(EAST, 8));
    steered.add(attributes('bert'), repeated(NORTH, 30));
    const exactOf = async (ownerId: string, exact?: boolean): Promise<boolean | undefined> => {
      await search({ ownerId }, { exact, exactRowsMax: 20 });
      return faiss.asked[faiss.asked.length - 1][0].exact;
    };
    expect(await exactOf('anna')).toBe(true);
    expect(await exactOf('bert')).toBe(false);
    expect(await exactOf('bert', true)).toBe(true);
  });

  it('is kept for the filters that were asked for last, and for those in use', async () => {
    steered.add(attributes('anna', 1), [EAST]);
    for (let n = 0; n < 5; n++) await search({ metadata: { n } });
    expect(steered.state.filters.size).toBe(2);
    const open = faiss.close();
    const searches = Array.from({ length: 5 }, (_, n) => search({ createdAfter: `2025-01-0${n + 1}T00:00:00Z` }));
    expect(steered.state.filters.size).toBe(7);
    open();
    expect((await Promise.all(searches)).map((hits) => hits.length)).toEqual([1, 1, 1, 1, 1]);
    expect(steered.state.filters.size).toBe(2);
  });

  it('takes what is disallowed out of a search that waits already, though others were asked for meanwhile', async () => {
    const filters: ChunkFilter[] = Array.from({ length: 4 }, (_, n) => ({ createdAfter: `2025-01-0${n + 1}T00:00:00Z` }));
    const first = steered.add(attributes('anna'), repeated(EAST, 4));
    const second = steered.add(attributes('anna'), repeated(NORTH, 4));
    const open = faiss.close();
    const searches = [{ ownerId: 'anna' }, ...filters].map((filter) => found(filter, { topK: 4 }));
    while (faiss.asked.length < searches.length) await new Promise(setImmediate);
    await found({ ownerId: 'nobody' });
    steered.patch(first, { ownerId: 'bert', createdAt: '2020-01-01T00:00:00Z' });
    open();
    for (const answer of await Promise.all(searches)) expect(answer).toEqual(repeatedId(second, 4));
    expect(faiss.asked).toHaveLength(searches.length); // no second attempt was needed: the rows were out of the first
  });

  it('does not show what was given to another owner when FAISS had found it already', async () => {
    const given = steered.add(attributes('anna'), [EAST]);
    const kept = steered.add(attributes('anna'), [NORTH]);
    class FindingFirst extends AskedFaissIndex {
      override async search(...request: Parameters<FaissIndex['search']>): Promise<SearchResult> {
        const result = await faiss.search(...request);
        if (steered.model.get(given)?.document.ownerId === 'anna') steered.patch(given, { ownerId: 'bert' });
        return result;
      }
    }
    const hits = await searchVectors(steered.state, new FindingFirst(), { vector: EAST, topK: 1, filter: { ownerId: 'anna' } });
    expect(hits.map(({ document }) => document.id)).toEqual([kept]);
  });

  it('misses nothing of a tail that grows beyond its room while the rows are gone through', async () => {
    const documents = Array.from({ length: 30 }, () => steered.add(attributes('anna'), repeated(EAST, 30)));
    const answer = found({ ownerId: 'anna' }, { topK: 10_000 });
    for (let n = 0; n < 40; n++) {
      await new Promise(setImmediate);
      documents.push(steered.add(attributes(n % 2 ? 'anna' : 'bert'), repeated(EAST, 60)));
    }
    await answer;
    const expected = [...steered.model.values()].filter(({ document }) => document.ownerId === 'anna');
    const rows = expected.flatMap(({ document, vectors }) => vectors.map(() => document.id));
    expect(await found({ ownerId: 'anna' }, { topK: 10_000 })).toEqual(rows);
  });
});

const repeatedId = (id: number, count: number): number[] => Array.from({ length: count }, () => id);
