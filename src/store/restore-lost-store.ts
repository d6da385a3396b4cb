/**
 * A store folder with neither journal nor manifest is lost, not empty: before a new store is begun the database is asked, and
 * the store that it holds is taken over, with its id, its sequence number and every id that it gave. The folder is put in
 * place by one rename: a crash before that begins again at the next start.
 */
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { StopError, type Disk } from '../platform/index.js';
import { parseJournalName, parseManifestName } from './file-names.js';
import type { FoundStore, LostStore } from './lost-store.port.js';
import { RestoredMark } from './restored-mark.js';
import { replacedName, storeFolder } from './store-folder.js';
import type { VectorStore } from './vector-store.port.js';
import { writeStore } from './write-store.js';

const logger = new Logger('StoreRecovery');
/** What only a start that had a store leaves in `DATA_DIR`. */
const LEFT_BY_A_STORE = ['files', 'tmp', 'postgres', 'store'];
const PROGRESS_EVERY_MS = 5_000;

/** Opens the store; one that is gone, or that never held a record, gives way to the one that the database holds. */
export async function openOrRestore(disk: Disk, dataDir: string, lost: LostStore, open: () => Promise<VectorStore>): Promise<VectorStore> {
  const restored = (await isGone(disk, dataDir)) && (await restoreGone(disk, dataDir, lost));
  const store = await open();
  if (restored || store.lastSequence > 0) return guarded(store, lost);
  const outcome = await lost.restore(false, async (found) => {
    await store.close();
    await writeFound(disk, dataDir, found);
  });
  return guarded(outcome === 'restored' ? await open() : store, lost);
}

function guarded(store: VectorStore, lost: LostStore): VectorStore {
  lost.guard(store);
  return store;
}

async function isGone(disk: Disk, dataDir: string): Promise<boolean> {
  const names = await disk.list(storeFolder(dataDir));
  return !names.some((name) => parseJournalName(name) !== null || parseManifestName(name) !== null);
}

/** False: there never was a store. */
async function restoreGone(disk: Disk, dataDir: string, lost: LostStore): Promise<boolean> {
  const names = await disk.list(dataDir);
  const outcome = await lost.restore(
    names.some((name) => LEFT_BY_A_STORE.includes(name)),
    (found) => writeFound(disk, dataDir, found),
  );
  if (outcome === 'nothing' && (await holdsFiles(disk, join(dataDir, 'files'))))
    throw new StopError(
      `${storeFolder(dataDir)} is gone, its database holds no records, and ${join(dataDir, 'files')} holds documents of it. Nothing was changed. ` +
        `Put the store folder back, or set DATABASE_URL to the database that belongs to it; to begin anew, move ${join(dataDir, 'files')} away.`,
    );
  return outcome === 'restored';
}

/** Writes the store in the place of whatever lies there, which is put aside. */
export async function writeFound(disk: Disk, dataDir: string, { origin, contents }: FoundStore): Promise<void> {
  const folder = storeFolder(dataDir);
  logger.warn(
    `${folder} holds no store: it is made again from the database, which holds store ${origin.storeId} up to record ${origin.sequence}`,
  );
  await new RestoredMark(disk, dataDir).set();
  if ((await disk.list(folder)).length > 0) await disk.renameDurably(folder, await replacedName(disk, dataDir));
  let saidAt = Date.now();
  const onProgress = (documents: number, vectors: number): void => {
    if (Date.now() < saidAt + PROGRESS_EVERY_MS) return;
    saidAt = Date.now();
    logger.log(`${documents} documents and ${vectors} vectors are back`);
  };
  const { documents, vectors } = await writeStore({ disk, folder, origin, contents, onProgress });
  logger.warn(
    `${folder} was made again from the database: ${documents} documents, ${vectors} vectors, up to record ${origin.sequence}. What was journalled after that is lost with the old folder.`,
  );
}

async function holdsFiles(disk: Disk, folder: string): Promise<boolean> {
  for (const name of await disk.list(folder)) {
    const inside = await disk.list(join(folder, name)).catch(() => [name]); // a file, whatever it is
    if (inside.length > 0) return true;
  }
  return false;
}
