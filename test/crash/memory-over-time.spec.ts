import { ImportClient } from '../support/import-client.js';
import { requestJson } from '../support/http-json.js';
import { residentMemory, type ResidentMemory } from '../support/resident-memory.js';
import { scatteredVectors } from '../support/scattered-vectors.js';
import { ServerProcess } from '../support/server-process.js';
import { slope } from '../support/slope.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/**
 * By hand, for it takes minutes: HVS_SEARCHES=200000 HVS_CHANGES=2000. Flat means that, once the caches are warm (the second
 * half), what is left after each collection of garbage (the least of five samples) grows by less than 50 MiB for 100,000 searches:
 * a third of what a leak of the query alone would be. Fewer than 100,000 searches tell little: a sawtooth of 50 MiB is above it all.
 */
const searches = Number(process.env.HVS_SEARCHES ?? 0);
const changes = Number(process.env.HVS_CHANGES ?? Math.ceil(searches / 100));
const MIB_A_100_000_SEARCHES_MAX = 50;

const CLIENTS = 8;
const SAMPLES = 100;
const SAMPLES_A_WINDOW = 5;
const DIMENSION = 384;
const DOCUMENTS = 250;
const CHUNKS = 20;

interface Sample extends ResidentMemory {
  searches: number;
  changes: number;
}

(searches > 0 ? it : it.skip)(
  `uses no more memory after ${searches} searches (HVS_SEARCHES) and ${changes} saves and deletes (HVS_CHANGES)`,
  async () => {
    const server = await ServerProcess.start({ DATA_DIR: temporaryFolder('memory'), SEGMENT_VECTORS: '1000' });
    try {
      const client = new ImportClient();
      await client.importSome(server.baseUrl, DOCUMENTS, CHUNKS);
      const samples = await underLoad(server, client);
      print(samples);
      const warm = samples.slice(SAMPLES / 2);
      for (const of of ['process', 'children'] as const) {
        const grows = 100_000 * slope(floor(warm, of));
        process.stderr.write(`${of}: ${grows.toFixed(1)} MiB for 100,000 searches in the second half\n`);
        expect(grows).toBeLessThan(MIB_A_100_000_SEARCHES_MAX);
      }
    } finally {
      await server.kill();
    }
  },
  60_000 + 20 * searches,
);

async function underLoad(server: ServerProcess, client: ImportClient): Promise<Sample[]> {
  const samples: Sample[] = [];
  const done = { searches: 0, changes: 0 };
  const sample = (): number => samples.push({ ...done, ...residentMemory(server.child.pid!) });
  sample();
  const search = async (): Promise<void> => {
    while (done.searches < searches) {
      const number = ++done.searches;
      await searchOnce(server.baseUrl, number);
      if (number % Math.ceil(searches / SAMPLES) === 0) sample();
    }
  };
  const change = async (): Promise<void> => {
    while (done.searches < searches) {
      if (done.changes / changes > done.searches / searches) await new Promise((resolve) => setTimeout(resolve, 5));
      else if (done.changes++ % 2 === 0) await client.importSome(server.baseUrl, 1, CHUNKS);
      else await client.deleteOne(server.baseUrl);
    }
  };
  await Promise.all([change(), ...Array.from({ length: CLIENTS }, search)]);
  return samples;
}

/** One in twenty has to be embedded first; one in three has a filter. */
async function searchOnce(url: string, number: number): Promise<void> {
  const question = number % 20 === 0 ? { query: `passage ${number} of ${number % 97}` } : { vector: [...scatteredVectors(1, DIMENSION)] };
  const filter = number % 3 === 0 ? { filter: { mime_types: ['text/plain'] } } : {};
  const { status, body } = await requestJson(url, 'POST', '/search', { ...question, ...filter, top_k: 10 });
  if (status !== 200) throw new Error(`search ${number} answered ${status} ${JSON.stringify(body)}`);
}

/** The least of each few samples: the garbage collector's sawtooth has its teeth cut off. */
function floor(samples: Sample[], of: 'process' | 'children'): { x: number; y: number }[] {
  const windows = Array.from({ length: Math.floor(samples.length / SAMPLES_A_WINDOW) }, (_, n) =>
    samples.slice(n * SAMPLES_A_WINDOW, (n + 1) * SAMPLES_A_WINDOW),
  );
  return windows.map((window) => ({ x: window[0].searches, y: Math.min(...window.map((sample) => sample[of])) }));
}

function print(samples: Sample[]): void {
  process.stderr.write(
    '| searches | saves, deletes | process MiB | children MiB |\n|---------:|---------------:|------------:|-------------:|\n',
  );
  for (const { searches: n, changes: c, process: own, children } of samples)
    process.stderr.write(`| ${[n, c, own.toFixed(0), children.toFixed(0)].join(' | ')} |\n`);
}
