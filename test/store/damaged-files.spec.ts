import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProcessIndexBuilder, WorkerFaissIndex, type FaissIndex } from '../../src/faiss-index/index.js';
import { StopError } from '../../src/platform/index.js';
import { bytePositions, damageSeed, everyByte } from '../support/byte-positions.js';
import { SteadyDisk } from '../support/faulty-disk.js';
import { ScanningFaissIndex } from '../support/scanning-faiss-index.js';
import { prepareStore } from '../support/sound-starts.js';
import { addDocument, contentOf, openStore } from '../support/store-fixture.js';
import { makeQuickFolder, temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

const SAMPLE = 6;
const folders = [makeQuickFolder(), makeQuickFolder()];
const [sound, damaged] = folders.map(({ path }) => path);
afterAll(() => folders.forEach(({ remove }) => remove()));

type Result = { content: unknown } | { stop: string };

/** Opens a copy in which one file has these bytes. */
async function openWith(name: string, bytes: Buffer | null, faiss: FaissIndex = new ScanningFaissIndex()): Promise<Result> {
  const folder = join(damaged, 'store');
  folders[1].remove();
  mkdirSync(damaged);
  cpSync(join(sound, 'store'), folder, { recursive: true });
  if (bytes) writeFileSync(join(folder, name), bytes);
  try {
    const store = await openStore(damaged, { disk: new SteadyDisk(), faiss });
    try {
      return { content: await contentOf(store) };
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof StopError)) throw error;
    return { stop: error.message };
  }
}

function* damagesOf(bytes: Buffer): Iterable<{ what: string; bytes: Buffer }> {
  for (const at of bytePositions(bytes.length, SAMPLE)) yield { what: `cut at byte ${at}`, bytes: bytes.subarray(0, at) };
  for (const at of bytePositions(bytes.length, SAMPLE)) {
    const flipped = Buffer.from(bytes);
    flipped[at] ^= 1 << (at % 8);
    yield { what: `byte ${at} flipped`, bytes: flipped };
  }
}

/** What was tried with one file, and what came of it. */
interface Tally {
  tried: number;
  right: number;
  stops: number;
  wrong: string[];
}

async function tally(name: string): Promise<Tally> {
  const whole = (await openWith(name, null)) as { content: { lastSequence: number } };
  const result: Tally = { tried: 0, right: 0, stops: 0, wrong: [] };
  const bytes = readFileSync(join(sound, 'store', name));
  for (const damage of damagesOf(bytes)) {
    const shown = await openWith(name, damage.bytes);
    result.tried++;
    if ('stop' in shown) {
      result.stops++;
      // it says which file, or which one it misses; and a stop has moved nothing away
      if (!shown.stop.includes(name)) result.wrong.push(`${name} ${damage.what}: ${shown.stop}`);
      if (existsSync(join(damaged, 'store/quarantine'))) result.wrong.push(`${name} ${damage.what}: stopped, and moved files away`);
      continue;
    }
    if (JSON.stringify(shown.content) === JSON.stringify(whole.content)) result.right++;
    else if (isEndOfJournal(name) && isEarlier(shown.content, whole.content)) result.right++;
    else result.wrong.push(`${name} ${damage.what}: shows something else`);
    if (!name.startsWith('journal') && !isKept(name, damage.bytes)) result.wrong.push(`${name} ${damage.what}: was not put aside`);
  }
  return result;
}

/** Of the last journal file a torn end cannot be told from a crash: what stands whole before it is shown. */
const isEndOfJournal = (name: string): boolean => journals().at(-1) === name;
const isEarlier = (shown: unknown, whole: { lastSequence: number }): boolean =>
  (shown as { lastSequence: number }).lastSequence < whole.lastSequence;
const journals = (): string[] => readdirSync(join(sound, 'store')).filter((name) => name.startsWith('journal'));

/** The damaged bytes are where they were, or in quarantine. */
function isKept(name: string, bytes: Buffer): boolean {
  const aside = join(damaged, 'store/quarantine');
  const candidates = [join(damaged, 'store', name), ...(existsSync(aside) ? readdirSync(aside).map((file) => join(aside, file)) : [])];
  return candidates.some((path) => existsSync(path) && readFileSync(path).equals(bytes));
}

describe.each(['filled', 'layered'] as const)('a %s store, each of its files damaged', (filling) => {
  beforeAll(async () => {
    folders[0].remove();
    cpSync((await prepareStore(filling, temporaryFolder(filling))).dataDir, sound, { recursive: true });
  });

  it('answers right, or stops and names the file, at truncations and flipped bytes (HVS_DAMAGE=all: at each)', async () => {
    const lines: string[] = [];
    const wrong: string[] = [];
    for (const name of readdirSync(join(sound, 'store'))) {
      const result = await tally(name);
      lines.push(`| ${name} | ${result.tried} | ${result.right} | ${result.stops} | ${result.wrong.length} |`);
      wrong.push(...result.wrong);
    }
    process.stderr.write(`damaged files of a ${filling} store: HVS_SEED=${damageSeed}\n`);
    if (everyByte)
      process.stderr.write(`| file | damages | right answers | stops | wrong |\n| --- | --- | --- | --- | --- |\n${lines.join('\n')}\n`);
    expect(wrong.slice(0, 20)).toEqual([]);
  }, 3_600_000);
});

it('never lets FAISS itself read a damaged index, flat or a graph', async () => {
  const faiss = new WorkerFaissIndex();
  const builder = new ProcessIndexBuilder();
  folders[0].remove();
  const store = await openStore(sound, { faiss, builder, sealVectors: 4, hnswVectors: 8 });
  const kinds = (): string =>
    store
      .statistics()
      .segments.map(({ kind }) => kind)
      .join();
  for (let n = 0; n < 5; n++) {
    await addDocument(store, `document ${n}`, ['a', 'b', 'c', 'd']);
    await store.seal();
  }
  await until(() => kinds() === 'hnsw,flat');
  await store.close();
  await builder.close();
  try {
    const whole = await openWith('', null, faiss);
    for (const name of readdirSync(join(sound, 'store')).filter((file) => file.endsWith('.vectors'))) {
      const bytes = readFileSync(join(sound, 'store', name));
      for (const damage of damagesOf(bytes)) expect(await openWith(name, damage.bytes, faiss)).toEqual(whole);
    }
  } finally {
    await faiss.close();
  }
});
