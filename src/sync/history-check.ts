import { StopError } from '../platform/index.js';
import type { VectorStore } from '../store/index.js';
import type { SyncState } from '../vector-metadata/index.js';

const RECOVER =
  'npm run recover -- --take store makes the database a copy of this store, npm run recover -- --take database makes the store anew from the database; what only the other one holds is then gone.';

/**
 * Store and database must tell one history: the same store, the database not ahead of the journal, and the same record
 * at the watermark. Rejects with a StopError that says which it is not and what to do. A watermark from before the
 * journal's oldest record has nothing to be held against: such a database is compared with the store as a whole.
 */
export async function checkHistory(state: SyncState, store: VectorStore): Promise<void> {
  if (state.storeId !== store.storeId) {
    throw new StopError(
      `The database belongs to store ${state.storeId}, but DATA_DIR holds store ${store.storeId}: set DATA_DIR or DATABASE_URL so that they belong together, or give this store an empty database. To keep one of the two: ${RECOVER}`,
    );
  }
  if (state.appliedSequence > store.lastSequence) {
    throw new StopError(
      `The store in DATA_DIR ends at record ${store.lastSequence}, but its database holds record ${state.appliedSequence}: the store folder is older than the database (restored from an older copy?). Put the newest copy of the store folder back, or keep one of the two: ${RECOVER}`,
    );
  }
  const chain = await store.chainAt(state.appliedSequence);
  if (chain === null || chain === state.chain) return;
  throw new StopError(
    `Record ${state.appliedSequence} differs between the store in DATA_DIR and its database: one of them went on from a copy, and they hold two histories. Put copies back that belong together, or keep one of the two: ${RECOVER}`,
  );
}
