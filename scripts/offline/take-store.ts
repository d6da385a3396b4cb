import { Disk, StopError, type Config } from '../../src/platform/index.js';
import { readStoreIdentity, storeFolder } from '../../src/store/index.js';
import { StoredRowsRepository, SyncStateRepository } from '../../src/vector-metadata/index.js';
import { say } from '../terminal.js';
import { confirm } from './confirmation.js';
import { withDatabase } from './offline-database.js';

/** The database is emptied, so that the next start fills it from the store. */
export async function takeStore(config: Config, yes: boolean): Promise<void> {
  const folder = storeFolder(config.data.dataDir);
  const identity = await readStoreIdentity(new Disk(), folder);
  if (!identity || identity.isEmpty)
    throw new StopError(
      `${folder} holds no records, so there is nothing to fill a database from. Nothing was changed. npm run recover -- --take database makes a store of what the database holds.`,
    );
  await withDatabase(config, async (database) => {
    const state = await new SyncStateRepository().find(database);
    const rows = new StoredRowsRepository();
    const { documents, vectors } = await rows.counts(database);
    say(`The store in ${folder} is ${identity.storeId}. It stays as it is.`);
    say(
      state
        ? `The database holds store ${state.storeId} up to record ${state.appliedSequence}: ${documents} documents, ${vectors} vectors. All of them will be removed.`
        : `The database belongs to no store yet; ${documents} documents and ${vectors} vectors in it will be removed.`,
    );
    await confirm(yes);
    await database.transaction((sql) => rows.removeAll(sql));
    say(
      'The database is empty. Start the service (npm start): it fills the database from the store by itself, and shows the lag meanwhile.',
    );
  });
}
