import fc from 'fast-check';
import type { FaissIndex, SearchResult } from '../../src/faiss-index/index.js';
import type { ChunkFilter, ChunkHit, JsonObject } from '../../src/store/index.js';
import { searchVectors } from '../../src/store/search/vector-search.js';
import { bruteSearch, byRank, isAllowed } from '../support/brute-search.js';
import { ScanningFaissIndex } from '../support/scanning-faiss-index.js';
import { SteeredState, type Attributes } from '../support/steered-state.js';

/** HVS_FILTER_RUNS=5000 by hand. */
const numRuns = Number(process.env.HVS_FILTER_RUNS ?? 120);
/** So many writes at worst spoil every attempt of one search. */
const ATTEMPTS = 5;

const turn = (): Promise<void> => new Promise(setImmediate);

/** The worker comes to a question some turns later, and to its answer some turns after that. */
class BusyFaissIndex extends ScanningFaissIndex {
  constructor(private readonly turns: number) {
    super();
  }

  override async search(...request: Parameters<FaissIndex['search']>): Promise<SearchResult> {
    for (let n = 0; n < this.turns; n++) await turn();
    const result = await super.search(...request);
    for (let n = 0; n < this.turns; n++) await turn();
    return result;
  }
}

const attributes: fc.Arbitrary<Attributes> = fc.record({
  ownerId: fc.constantFrom('anna', 'bert', null),
  mimeType: fc.constantFrom('application/pdf', 'text/plain'),
  metadata: fc.record(
    {
      n: fc.constantFrom(0, 1, '1', null),
      tags: fc.subarray(['x', 'y', 'z']),
      deep: fc.record({ level: fc.nat(1), list: fc.array(fc.record({ k: fc.nat(1) }), { maxLength: 2 }) }),
    },
    { requiredKeys: [] },
  ),
  createdAt: fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z'),
});

/** Few directions, so that equal vectors and equal scores are common. */
const vector = fc
  .tuple(fc.integer({ min: -1, max: 1 }), fc.integer({ min: -1, max: 1 }), fc.constantFrom(1, 2))
  .map((values) => Float32Array.from(values, (value) => value / Math.hypot(...values)));
const vectors = fc.array(vector, { minLength: 1, maxLength: 12 });

const conditions: fc.Arbitrary<ChunkFilter>[] = [
  fc.record({ ownerId: fc.constantFrom('anna', 'bert') }),
  fc.record({ mimeTypes: fc.constantFrom(['application/pdf'], ['text/html', 'text/plain'], []) }),
  fc.record({ documentIds: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 3, maxLength: 8 }) }),
  fc.record({ metadata: fc.constantFrom<JsonObject[]>({ n: 1 }, { tags: ['x'] }, { deep: { list: [{ k: 1 }] } }, { deep: {} }) }),
  fc.record({ createdAfter: fc.constantFrom('2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00Z') }),
  fc.record({ createdBefore: fc.constantFrom('2026-01-03T00:00:00.000Z', '2026-01-01T00:00:00.000Z') }),
];
/** One condition for the most part: more of them allow next to nothing. */
const filter = fc.oneof(
  { weight: 5, arbitrary: fc.oneof(...conditions) },
  { weight: 1, arbitrary: fc.tuple(fc.oneof(...conditions), fc.oneof(...conditions)).map(([one, other]) => ({ ...one, ...other })) },
);

const which = fc.nat(1000);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), attributes, vectors }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('replace' as const), which, vectors }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('patch' as const), which, attributes }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('empty' as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('freeze' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('merge' as const), which, count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('turn' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('search' as const),
      filterAt: fc.nat(2),
      query: vector,
      topK: fc.integer({ min: 1, max: 30 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** One search under way, and what must be true of its answer whatever was written meanwhile. */
class Watched {
  writes = 0;
  /** Vectors that were allowed at its begin, and at every moment since. */
  private stable: Set<number>;

  constructor(
    private readonly steered: SteeredState,
    private readonly request: { filter: ChunkFilter; query: Float32Array; topK: number },
  ) {
    this.stable = this.allowedNow();
  }

  noteWrite(): void {
    this.writes++;
    const now = this.allowedNow();
    this.stable = new Set([...this.stable].filter((id) => now.has(id)));
  }

  check(hits: ChunkHit[]): void {
    const found = hits.map(({ chunk, score }) => ({ id: chunk.vectorId, score }));
    for (const { document, chunk } of hits) {
      expect(isAllowed(document, this.request.filter)).toBe(true);
      expect(this.steered.model.get(document.id)?.document).toEqual(document);
      expect(this.steered.model.get(document.id)?.vectors.map(({ id }) => id)).toContain(chunk.vectorId);
    }
    expect([...found].sort(byRank)).toEqual(found);
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    const ids = new Set(found.map(({ id }) => id));
    if (this.writes === 0) expect([...ids]).toEqual(this.ranking().slice(0, this.request.topK));
    else if (this.writes < ATTEMPTS) {
      const { topK } = this.request;
      const ranking = this.ranking();
      const worst = found.length < topK ? ranking.length : ranking.indexOf(found[topK - 1].id);
      expect(ranking.slice(0, worst).filter((id) => this.stable.has(id) && !ids.has(id))).toEqual([]);
    }
  }

  private ranking(): number[] {
    return bruteSearch(this.steered.model.values(), this.request.query, this.request.filter).map(({ id }) => id);
  }

  private allowedNow(): Set<number> {
    return new Set(this.ranking());
  }
}

interface Setting {
  /** Few, so that the same ones come again and again. */
  filters: ChunkFilter[];
  turns: number;
  filtersMax: number;
  sliced: boolean;
}

async function play(steps: Step[], { filters, turns, filtersMax, sliced }: Setting): Promise<void> {
  const faiss = new BusyFaissIndex(turns);
  const slice = sliced ? { ms: 0, steps: 1 } : { ms: 100, steps: 64 };
  const steered = await SteeredState.begin(faiss, 3, { limits: { filtersMax, slice } });
  const watched = new Set<Watched>();
  const searches: Promise<void>[] = [];
  const written = (): void => watched.forEach((search) => search.noteWrite());
  const pick = (at: number): number | undefined => [...steered.model.keys()][at % Math.max(steered.model.size, 1)];
  for (const action of steps) {
    const id = 'which' in action ? pick(action.which) : undefined;
    const { groups } = steered.state;
    if (action.kind === 'turn') await turn();
    else if (action.kind === 'search') {
      const request = { ...action, filter: filters[action.filterAt % filters.length] };
      const search = new Watched(steered, request);
      watched.add(search);
      const answer = searchVectors(steered.state, faiss, { ...request, vector: action.query });
      searches.push(answer.then((hits) => search.check(hits)).finally(() => watched.delete(search)));
    } else if (action.kind === 'freeze') {
      const freeze = await steered.beginFreeze();
      await turn(); // what answered meanwhile is checked against what was there when it answered
      freeze();
    } else if (action.kind === 'merge') {
      if (groups.length === 0) continue;
      const from = action.which % groups.length;
      const swap = await steered.beginMerge(from, Math.min(from + action.count, groups.length) - 1);
      await turn();
      const dying = pick(action.which);
      if (dying !== undefined && action.which % 3 === 0) {
        steered.deleteDocument(dying);
        written();
      }
      swap();
    } else {
      if (action.kind === 'add') steered.add(action.attributes, action.vectors);
      else if (id === undefined) continue;
      else if (action.kind === 'replace') steered.replace(id, action.vectors);
      else if (action.kind === 'patch') steered.patch(id, action.attributes);
      else if (action.kind === 'empty') steered.deleteVectors(id);
      else steered.deleteDocument(id);
      written();
    }
  }
  await Promise.all(searches);
}

it('answers with what is allowed and nothing else, whatever is written, sealed and merged beside the search', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 30, maxLength: 90, size: 'max' }),
      fc.record({
        filters: fc.array(filter, { minLength: 1, maxLength: 3 }),
        turns: fc.nat(3),
        filtersMax: fc.integer({ min: 1, max: 4 }),
        sliced: fc.boolean(),
      }),
      play,
    ),
    { numRuns },
  );
});
