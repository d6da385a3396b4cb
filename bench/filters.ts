import { performance } from 'node:perf_hooks';
import type { ChunkFilter, VectorStore } from '../src/store/index.js';
import type { BenchRow } from './bench-row.js';
import { byLot, byOwner, ClusteredDocuments, filterShares } from './clustered-documents.js';
import { withDataFolder } from './data-folder.js';
import { fillClustered } from './fill-clustered.js';
import { withStore } from './open-store.js';
import { count } from './report.js';
import { figure, Samples, takeTurns } from './samples.js';
import { vectorsSetting } from './settings.js';

const topK = 10;
const firstUses = 15;
const turns = 20;
/** One search is too short to be timed alone. */
const searchesPerTurn = 10;
const standingFilters = 32;
const writes = 150;

/** What a filter costs the main thread, which everybody shares: asked for the first time, asked again, and when others write. */
export function benchFilters(): Promise<BenchRow[]> {
  const documents = new ClusteredDocuments(vectorsSetting(50_000));
  return withDataFolder(async (dataDir) => {
    await fillClustered(dataDir, documents);
    const searches = await withStore(dataDir, (store) => measureSearches(store, documents));
    return [...searches, await withStore(dataDir, measureWrites)];
  });
}

async function measureSearches(store: VectorStore, documents: ClusteredDocuments): Promise<BenchRow[]> {
  let query = 0;
  const search = (filter?: ChunkFilter) => store.search({ vector: documents.vectors.query(query++), topK, filter });
  const searches = async (filter?: ChunkFilter): Promise<number[]> => [
    (await mainThreadMs(async () => {
      for (let n = 0; n < searchesPerTurn; n++) await search(filter);
    })) / searchesPerTurn,
  ];
  await searches(); // code that runs for the first time is slow
  const rows: BenchRow[] = [];
  for (const [how, filterOf] of [['an owner', byOwner] as const, ['metadata', byLot] as const])
    for (const share of filterShares) {
      const filter = filterOf(share);
      const what = `main thread in a search by ${how} that allows ${figure(share.share * 100)} % of ${count(documents.vectorCount)} vectors`;
      let uses = 0;
      // a time before all documents changes nothing but the filter
      const newFilter = (): ChunkFilter => ({ ...filter, createdAfter: new Date(uses++).toISOString() });
      const first = await takeTurns(
        firstUses,
        async () => [await mainThreadMs(() => search(newFilter()))],
        () => searches(),
      );
      const again = await takeTurns(
        turns,
        () => searches(filter),
        () => searches(),
      );
      rows.push(row(`${what}, asked for the first time`, first), row(`${what}, asked again`, again));
    }
  return rows;
}

async function measureWrites(store: VectorStore): Promise<BenchRow> {
  const ids = Array.from(store.documents(), ({ id }) => id).slice(0, writes);
  let changes = 0;
  const write = async (): Promise<number[]> => {
    const costs: number[] = [];
    for (const id of ids)
      costs.push(await mainThreadMs(() => store.patchDocument(id, { metadata: { lot: 'changed', change: changes++ } })));
    return costs;
  };
  await write();
  const without = new Samples(await write());
  const vector = new Float32Array(store.dimension).fill(1 / Math.sqrt(store.dimension));
  for (let n = 0; n < standingFilters; n++)
    await store.search({ vector, topK, filter: { metadata: { lot: 'changed' }, createdAfter: new Date(n).toISOString() } });
  const subject = new Samples(await write());
  return row(
    `main thread in a write while ${standingFilters} filters stand that allow the document`,
    { subject, yardstick: without },
    'the same write while none stands',
  );
}

function row(what: string, { subject, yardstick }: { subject: Samples; yardstick: Samples }, beside = 'without a filter'): BenchRow {
  return {
    what,
    value: subject.print('ms'),
    yardstick: `${beside}: ${yardstick.print('ms')}`,
    ratio: `${figure(subject.median / yardstick.median)} ×, ${figure(subject.median - yardstick.median)} ms more`,
  };
}

/** Milliseconds in which the event loop did something: what others wait for, not what the work itself waits for. */
async function mainThreadMs(work: () => Promise<unknown>): Promise<number> {
  await new Promise(setImmediate);
  const before = performance.eventLoopUtilization();
  await work();
  return performance.eventLoopUtilization(before).active;
}
