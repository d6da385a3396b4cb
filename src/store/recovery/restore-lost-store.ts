/**
 * A store folder with neither journal nor manifest is lost, not empty: before a new store is begun the database is asked, and
 * the store that it holds is taken over, with its id, its sequence number and every id that it gave. The folder is put in
 * place by one rename: a crash before that begins again at the next start.
 */
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { StopError, type Disk } from '../../platform/index.js';
import type { FoundStore, LostStore } from './lost-store.port.js';
import { holdsFiles, isStoreGone, replaceStore } from './replace-store.js';
import { RestoredMark } from './restored-mark.js';
import { readStoreIdentity } from './store-identity.js';
import { SegmentsLostError } from '../store.errors.js';
import { storeFolder } from './store-folder.js';
import type { VectorStore } from '../vector-store.port.js';

const logger = new Logger('StoreRecovery');
/** What only a start that had a store leaves in `DATA_DIR`. */
const LEFT_BY_A_STORE = ['files', 'tmp', 'postgres', 'store'];
const PROGRESS_EVERY_MS = 5_000;

/** Opens the store; one that is gone, or that never held a record, gives way to the one that the database holds. */
export async function openOrRestore(disk: Disk, dataDir: string, lost: LostStore, open: () => Promise<VectorStore>): Promise<VectorStore> {
  const isGone = await isStoreGone(disk, dataDir);
  if (isGone) await restoreGone(disk, dataDir, lost);
  const store = await openWhole(disk, dataDir, lost, open);
  if (isGone || store.lastSequence > 0) return guarded(store, lost);
  const outcome = await lost.restore(false, async (found) => {
    await store.close();
    await writeFound(disk, dataDir, found);
  });
  return guarded(outcome === 'restored' ? await open() : store, lost);
}

/** Segments that are damaged beyond both manifests are made again from the database, and the journal's newer records kept. */
async function openWhole(disk: Disk, dataDir: string, lost: LostStore, open: () => Promise<VectorStore>): Promise<VectorStore> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof SegmentsLostError)) throw error;
    const identity = await readStoreIdentity(disk, storeFolder(dataDir));
    let isWritten = false;
    await lost.restore(true, async (found) => {
      if (found.origin.storeId !== identity?.storeId) return;
      await writeFound(disk, dataDir, found, true);
      isWritten = true;
    });
    if (!isWritten) throw error;
    return open();
  }
}

function guarded(store: VectorStore, lost: LostStore): VectorStore {
  lost.guard(store);
  return store;
}

/** Does nothing where there never was a store. */
async function restoreGone(disk: Disk, dataDir: string, lost: LostStore): Promise<void> {
  const names = await disk.list(dataDir);
  const outcome = await lost.restore(
    names.some((name) => LEFT_BY_A_STORE.includes(name)),
    (found) => writeFound(disk, dataDir, found),
  );
  if (outcome === 'nothing' && (await holdsFiles(disk, dataDir)))
    throw new StopError(
      `${storeFolder(dataDir)} is gone, its database holds no records, and ${join(dataDir, 'files')} holds documents of it. Nothing was changed. ` +
        `Put the store folder back, or set DATABASE_URL to the database that belongs to it; to begin anew, move ${join(dataDir, 'files')} away.`,
    );
}

async function writeFound(disk: Disk, dataDir: string, found: FoundStore, keepJournal = false): Promise<void> {
  const folder = storeFolder(dataDir);
  const { storeId, sequence } = found.origin;
  logger.warn(`${folder} holds no whole store: it is made again from the database, which holds store ${storeId} up to record ${sequence}`);
  await new RestoredMark(disk, dataDir).set();
  let saidAt = Date.now();
  const onProgress = (documents: number, vectors: number): void => {
    if (Date.now() < saidAt + PROGRESS_EVERY_MS) return;
    saidAt = Date.now();
    logger.log(`${documents} documents and ${vectors} vectors are back`);
  };
  const { documents, vectors, carried } = await replaceStore(disk, dataDir, found, { keepJournal, onProgress });
  logger.warn(
    `${folder} was made again from the database: ${documents} documents, ${vectors} vectors, up to record ${sequence + carried}.${keepJournal ? '' : ' What was journalled after that is lost with the old folder.'}`,
  );
}
