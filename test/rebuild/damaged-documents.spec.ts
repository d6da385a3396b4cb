import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { OriginalFiles } from '../../src/documents/originals/original-files.js';
import { Disk } from '../../src/platform/index.js';
import { ConsistencyService } from '../../src/sync/index.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { RestoringStore } from '../support/restoring-store.js';
import { upload } from '../support/store-fixture.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('a store that comes back from a database which does not hold all of it', () => {
  let postgres: TestPostgres;
  let databases = 0;
  let dataDir: string;
  let databaseUrl: string;

  beforeAll(async () => void (postgres = await startTestPostgres()));
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    dataDir = temporaryFolder('damaged');
    databaseUrl = await postgres.createDatabase(`damaged_${++databases}`);
  });

  /** Does `damage` to the rows of a settled store, takes its folder away, and opens it again. */
  const restoredAfter = async (statements: string[]): Promise<RestoringStore> => {
    const first = await RestoringStore.open({ databaseUrl, dataDir });
    await first.save('one', ['a first text', 'a second text']);
    await first.save('two', ['another text']);
    await first.importOne('three', ['an imported text', 'its end']);
    await first.settle();
    for (const statement of statements) await first.database.execute(statement);
    await first.close();
    rmSync(join(dataDir, 'store'), { recursive: true });
    return RestoringStore.open({ databaseUrl, dataDir });
  };
  const statuses = (store: RestoringStore): unknown =>
    Array.from(store.store.documents(), ({ id, status, error, chunkCount }) => [id, status, error?.code ?? null, chunkCount]);

  it('queues a document again from its original, whatever of its rows is missing, cut or edited', async () => {
    const first = await RestoringStore.open({ databaseUrl, dataDir });
    // document n has the vectors 2n - 1 and 2n
    for (let n = 1; n <= 9; n++) await first.save(`document ${n}`, ['a first text', 'a second text']);
    await first.settle();
    for (const damage of [
      'DELETE FROM vector_metadata WHERE id = 2',
      'DELETE FROM vector_embeddings WHERE vector_id = 3',
      'UPDATE vector_embeddings SET embedding = substring(embedding FROM 1 FOR 8) WHERE vector_id = 5',
      `UPDATE vector_embeddings SET embedding = '\\x0000c07f000000000000000000000000' WHERE vector_id = 7`,
      `UPDATE vector_metadata SET text = text || '!' WHERE id = 9`,
      'UPDATE vector_metadata SET document_id = NULL WHERE id = 12',
      `UPDATE vector_metadata SET embedding_model = 'other' WHERE id = 14`,
      `INSERT INTO sync_set_aside (sequence, document_id, message) VALUES (2, 8, 'refused')`,
    ])
      await first.database.execute(damage);
    await first.close();
    rmSync(join(dataDir, 'store'), { recursive: true });
    const restored = await RestoringStore.open({ databaseUrl, dataDir });
    expect(statuses(restored)).toEqual([...[1, 2, 3, 4, 5, 6, 7, 8].map((id) => [id, 'queued', null, 0]), [9, 'indexed', null, 2]]);
    await restored.settle();
    const { missing, orphaned, differing } = await restored.get(ConsistencyService).check();
    // the row that belongs to nobody is left for people
    expect([missing.count, orphaned.count, differing.count]).toEqual([0, 1, 0]);
    expect(await restored.database.query('SELECT * FROM sync_set_aside')).toEqual([]);
    await restored.close();
  });

  it('marks a document as failed that has no original, and leaves what there is of it in the database', async () => {
    const restored = await restoredAfter(['DELETE FROM vector_metadata WHERE document_id = 3 AND chunk_index = 1']);
    expect(statuses(restored)).toEqual([
      [1, 'indexed', null, 2],
      [2, 'indexed', null, 1],
      [3, 'failed', 'CHUNKS_LOST', 0],
    ]);
    expect(restored.store.getDocument(3).error!.detail).toContain('1 of 2 chunks');
    expect(await restored.database.query('SELECT text FROM vector_metadata WHERE document_id = 3')).toEqual([{ text: 'an imported text' }]);
    await restored.close();
  });

  it('keeps an original that no document knows any more, and removes such files again at later starts', async () => {
    const restored = await restoredAfter([]);
    const path = restored.placeOriginal('accepted, and not synced yet');
    const prepare = (): Promise<void> => new OriginalFiles({ dataDir }, new Disk()).prepare((sha256) => restored.store.hasContent(sha256));
    await prepare();
    const { sha256 } = upload('accepted, and not synced yet');
    expect([existsSync(path), existsSync(join(dataDir, 'files/unclaimed', sha256))]).toEqual([false, true]);
    restored.placeOriginal('of a crash before its document was accepted');
    await prepare();
    expect(existsSync(join(dataDir, 'files/unclaimed', upload('of a crash before its document was accepted').sha256))).toBe(false);
    await restored.close();
  });
});
