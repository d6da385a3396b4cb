import type { StoredContents } from '../document.js';
import type { VectorStore } from '../vector-store.port.js';
import type { StoreOrigin } from './write-store.js';

/** A store as its database holds it. */
export interface FoundStore {
  origin: StoreOrigin;
  /** As `writeStore` takes them. */
  contents: AsyncIterable<StoredContents>;
}

/**
 * Where a store comes back from when its folder is gone. `restored`: `write` was called and has resolved; `nothing`: there
 * are no records of any store; `unanswered`: it could not be asked.
 */
export abstract class LostStore {
  /**
   * Calls `write` with the store that the database holds, and again from the beginning when the database went away
   * meanwhile. Rejects with what `write` rejects with.
   * @param patient the store was there and is lost: a database that does not answer is waited for, as long as it takes
   */
  abstract restore(patient: boolean, write: (found: FoundStore) => Promise<void>): Promise<'restored' | 'nothing' | 'unanswered'>;

  /** From now on a database that turns out to hold another store's records, while this store never held one, ends the process. */
  abstract guard(store: VectorStore): void;
}
