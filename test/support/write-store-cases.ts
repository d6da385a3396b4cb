import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Disk } from '../../src/platform/index.js';
import { writeStore, type StoredContents, type StoreOrigin } from '../../src/store/index.js';
import type { FaultCase } from './fault-cases.js';
import type { PlannedFault } from './fault-run.js';
import { FaultyDisk, SteadyDisk } from './faulty-disk.js';
import { lookAgain, type Prepared } from './sound-starts.js';
import { DIMENSION, openStore } from './store-fixture.js';
import { makeQuickFolder } from './temporary-folder.js';

interface WholeStore {
  origin: StoreOrigin;
  contents: StoredContents[];
}

/** A whole store is written beside and put in its place: wherever that ends, the folder holds all of it or nothing, and then it is written again. */
export async function writeStoreCases(prepared: Prepared, faults: (calls: number) => Iterable<PlannedFault>): Promise<FaultCase[]> {
  const whole = await readWhole(prepared);
  const folder = makeQuickFolder();
  const disk = new FaultyDisk(folder.path);
  await write(disk, folder.path, whole);
  folder.remove();
  return [...faults(disk.log.length)].map((fault) => ({
    ...fault,
    operation: 'write a whole store',
    name: `write a whole store: call ${fault.call}, ${fault.kind}, ${fault.damage}`,
    run: (random) => runOne(prepared, whole, fault, random),
  }));
}

async function runOne(prepared: Prepared, whole: WholeStore, fault: PlannedFault, random: () => number): Promise<string[]> {
  const [folder, shown] = [makeQuickFolder(), makeQuickFolder()];
  const promises = prepared.promises.copy();
  const disk = new FaultyDisk(folder.path);
  disk.plant(fault.kind, fault.call);
  const isWritten = await write(disk, folder.path, whole).then(
    () => true,
    () => false,
  );
  const call = disk.log.at(fault.call - 1);
  if (isWritten && call?.kind.endsWith('fsync') && fault.kind !== 'full')
    promises.broken.push(`an fsync of ${call.path} failed, and nobody was told`);
  disk.model.writeAfterCut(fault.damage, random, shown.path);
  const isThere = existsSync(join(shown.path, 'store')) && readdirSync(join(shown.path, 'store')).length > 0;
  if (isWritten && !isThere) promises.broken.push('was written, and is not there');
  if (!isThere) await write(new SteadyDisk(), shown.path, whole);
  await lookAgain({ dataDir: shown.path, promises });
  folder.remove();
  shown.remove();
  return promises.broken;
}

const write = (disk: Disk, dataDir: string, { origin, contents }: WholeStore): Promise<unknown> =>
  writeStore({ disk, folder: join(dataDir, 'store'), origin, contents });

async function readWhole({ dataDir }: Prepared): Promise<WholeStore> {
  const store = await openStore(dataDir, { disk: new SteadyDisk() });
  const contents = await Promise.all([...store.documents()].map(({ id }) => store.readContents(id)));
  const firstOf = ({ chunks }: StoredContents): number => chunks.at(0)?.vectorId ?? 0;
  const { storeId, embeddingModel, lastSequence: sequence } = store;
  const origin = { storeId, embeddingModel, dimension: DIMENSION, sequence, chain: (await store.chainAt(sequence))! };
  await store.close();
  return { origin: { ...origin, nextDocumentId: 1_000, nextVectorId: 1_000 }, contents: contents.sort((a, b) => firstOf(a) - firstOf(b)) };
}
