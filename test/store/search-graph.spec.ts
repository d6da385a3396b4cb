/** The real FAISS with a real graph: what it finds beside a scan, with filters and deletions that follow the meaning. */
import { join } from 'node:path';
import fc from 'fast-check';
import { ProcessIndexBuilder, WorkerFaissIndex } from '../../src/faiss-index/index.js';
import type { ChunkFilter } from '../../src/store/index.js';
import { searchVectors } from '../../src/store/search/vector-search.js';
import { bruteSearch, isAllowed, recall } from '../support/brute-search.js';
import { writeFlatIndex } from '../support/flat-index-file.js';
import { SteeredState } from '../support/steered-state.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** HVS_GRAPH_RUNS=50 by hand. */
const numRuns = Number(process.env.HVS_GRAPH_RUNS ?? 3);
const DIMENSION = 24;
const CLUSTERS = 20;
const DOCUMENTS_PER_CLUSTER = 15;
const ROWS_PER_DOCUMENT = 35;
const QUERIES = 12;
const TOP_K = 10;

/** About a cluster's middle; the same for the same numbers. */
function inCluster(cluster: number, number: number, spread = 0.5): Float32Array {
  const wave = (seed: number, n: number): number => {
    const value = Math.sin(seed * 127.1 + n * 311.7) * 43758.5453;
    return (value - Math.floor(value)) * 2 - 1;
  };
  const values = Float32Array.from({ length: DIMENSION }, (_, n) => wave(cluster + 1, n) + spread * wave(1000 + number, n));
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

describe('Search over a graph', () => {
  const faiss = new WorkerFaissIndex();
  const folder = temporaryFolder('graph');
  const builder = new ProcessIndexBuilder();
  const output = join(folder, 'graph');
  let isBuilt = false;
  afterAll(async () => {
    await faiss.close();
    await builder.close();
  });

  /** The same rows in the same order each time: the graph is built once. */
  const openMerged = async (floats: Float32Array) => {
    const rows = floats.length / DIMENSION;
    if (!isBuilt) {
      const path = writeFlatIndex(join(folder, 'flat'), floats, DIMENSION);
      await builder.build({ sources: [{ path, rows }], dimension: DIMENSION, kind: 'hnsw', output });
      isBuilt = true;
    }
    return { index: await faiss.open(output, rows, DIMENSION, 'hnsw'), kind: 'hnsw' as const };
  };

  async function filled(): Promise<SteeredState> {
    const steered = await SteeredState.begin(faiss, DIMENSION, { openMerged });
    for (let n = 0; n < CLUSTERS * DOCUMENTS_PER_CLUSTER; n++) {
      const cluster = n % CLUSTERS;
      const vectors = Array.from({ length: ROWS_PER_DOCUMENT }, (_, row) => inCluster(cluster, n * ROWS_PER_DOCUMENT + row));
      const metadata = { half: cluster < CLUSTERS / 2 ? 'low' : 'high', lot: (n * 7919) % 100, cluster };
      steered.add({ ownerId: `team ${cluster}`, mimeType: 'text/plain', metadata, createdAt: '2026-01-01T00:00:00Z' }, vectors);
    }
    (await steered.beginFreeze())();
    (await steered.beginMerge(0, 0))();
    return steered;
  }

  /** Over some questions about one cluster. */
  async function recallOf(steered: SteeredState, about: number, filter: ChunkFilter, request: object): Promise<number> {
    let sum = 0;
    for (let n = 0; n < QUERIES; n++) {
      const vector = inCluster(about, -1 - n);
      const hits = await searchVectors(steered.state, faiss, { vector, topK: TOP_K, filter, ...request });
      for (const { document } of hits) {
        expect(steered.model.get(document.id)?.document).toEqual(document);
        expect(isAllowed(document, filter)).toBe(true);
      }
      sum += recall(hits, bruteSearch(steered.model.values(), vector, filter), TOP_K);
    }
    return sum / QUERIES;
  }

  const deletions: Record<string, (document: { cluster: number; lot: number }, about: number) => boolean> = {
    nothing: () => false,
    'the cluster that is asked about': ({ cluster }, about) => cluster === about,
    'the cluster that is asked about and its likes': ({ cluster }, about) => cluster % 4 === about % 4,
    'a tenth at random': ({ lot }) => lot < 10,
    'most at random': ({ lot }) => lot < 60,
  };
  const filters: Record<string, (about: number) => ChunkFilter> = {
    none: () => ({}),
    'the half that is asked about': (about) => ({ metadata: { half: about < CLUSTERS / 2 ? 'low' : 'high' } }),
    'the other half': (about) => ({ metadata: { half: about < CLUSTERS / 2 ? 'high' : 'low' } }),
    'the team that is asked about': (about) => ({ ownerId: `team ${about}` }),
    'another team': (about) => ({ ownerId: `team ${(about + 1) % CLUSTERS}` }),
    'a lot at random': () => ({ metadata: { lot: 33 } }),
    'half at random': () => ({
      documentIds: Array.from({ length: (CLUSTERS * DOCUMENTS_PER_CLUSTER) / 2 }, (_, n) => ((n * 2 * 7) % 300) + 1),
    }),
  };

  it('never shows what is not allowed, finds 0.99 of the nearest by the graph and all of them by comparing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(deletions)), fc.nat(CLUSTERS - 1), async (deletion, about) => {
        const steered = await filled();
        for (const { document } of [...steered.model.values()]) {
          const { cluster, lot } = document.metadata as { cluster: number; lot: number };
          if (deletions[deletion]({ cluster, lot }, about)) steered.deleteDocument(document.id);
        }
        for (const [name, filterOf] of Object.entries(filters)) {
          const filter = filterOf(about);
          const byGraph = await recallOf(steered, about, filter, { exactRowsMax: 0 });
          if (byGraph < 0.99) throw new Error(`by the graph, ${name}: recall ${byGraph}`);
          const compared = await recallOf(steered, about, filter, name === 'none' ? { exact: true } : {});
          if (compared < 1) throw new Error(`compared, ${name}: recall ${compared}`);
        }
      }),
      { numRuns, examples: [['the cluster that is asked about', 3]] },
    );
  });
});
