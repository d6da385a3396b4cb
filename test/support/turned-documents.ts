import type { StoredDocument } from '../../src/store/index.js';
import type { SyncedStore } from './synced-store.js';

/** Documents whose order by id is not that of their vectors: `first` was replaced after `second` came, `waiting` has none. */
export async function saveTurnedDocuments(
  synced: SyncedStore,
): Promise<{ waiting: StoredDocument; first: StoredDocument; second: StoredDocument }> {
  const waiting = await synced.accept('waiting');
  const first = await synced.save('first', ['one', 'two', 'three'], { ownerId: 'owner' });
  const second = await synced.save('second', ['four']);
  const { generation } = await synced.store.requeueDocument(first.id);
  await synced.saveChunks(first.id, generation, ['new one', 'new two']);
  await synced.settle();
  return { waiting, first, second };
}
