import { Disk, StopError, type Config } from '../../src/platform/index.js';
import { originalIsWhole } from '../../src/documents/index.js';
import { readStoreIdentity, replaceStore, RestoredMark, storeFolder, type FoundStore } from '../../src/store/index.js';
import { storedHistoryOf } from '../../src/sync/index.js';
import { StoredRowsRepository } from '../../src/vector-metadata/index.js';
import { say } from '../terminal.js';
import { confirm } from './confirmation.js';
import { withDatabase } from './offline-database.js';
import { progressLines } from './progress-lines.js';

/**
 * A new store is written from the database; the old folder is put aside.
 * @param keepStore it must be the same store's database, and what the journal holds beyond it is kept
 */
export async function takeDatabase(config: Config, yes: boolean, { keepStore }: { keepStore: boolean }): Promise<void> {
  const disk = new Disk();
  const { dataDir } = config.data;
  const folder = storeFolder(dataDir);
  const identity = await readStoreIdentity(disk, folder);
  await withDatabase(config, async (database) => {
    const originals = { has: (sha256: string, sizeBytes: number) => originalIsWhole(dataDir, sha256, sizeBytes) };
    const found = await storedHistoryOf(database, config.embedding, originals).find(database, new AbortController().signal);
    if (!found) throw new StopError('The database holds no records of any store. Nothing was changed.');
    if (keepStore && identity) assertSameStore(identity, found);
    const { documents, vectors } = await new StoredRowsRepository().counts(database);
    const { storeId, sequence, embeddingModel } = found.origin;
    say(`The database holds store ${storeId} up to record ${sequence}: ${documents} documents, ${vectors} vectors of ${embeddingModel}.`);
    say(
      identity
        ? `A new store will be written from it, and ${folder}, which holds store ${identity.storeId}, will be put aside. ` +
            (keepStore ? 'What its journal holds beyond that record is kept.' : 'What only it holds is then no longer served.')
        : `A store will be written from it into ${folder}.`,
    );
    await confirm(yes);
    await new RestoredMark(disk, dataDir).set();
    const done = await replaceStore(disk, dataDir, found, {
      keepJournal: keepStore && identity !== null,
      onProgress: progressLines(vectors),
    });
    say(`${folder} holds ${done.documents} documents and ${done.vectors} vectors, up to record ${sequence + done.carried}.`);
    if (done.replaced) say(`The old folder is ${done.replaced}. Remove it when you need it no more.`);
    say('Start the service (npm start). Documents that were not whole in the database are read again from their originals.');
  });
}

function assertSameStore({ storeId }: { storeId: string }, { origin }: FoundStore): void {
  if (storeId !== origin.storeId)
    throw new StopError(
      `The database belongs to store ${origin.storeId}, and DATA_DIR holds store ${storeId}. Nothing was changed. To take the other store over, npm run recover -- --take database.`,
    );
}
