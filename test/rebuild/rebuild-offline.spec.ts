import { jest } from '@jest/globals';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { embedAnewWith } from '../../scripts/offline/embed-anew.js';
import { takeDatabase } from '../../scripts/offline/take-database.js';
import { Embedder } from '../../src/embedding/index.js';
import { readConfig, type Config } from '../../src/platform/index.js';
import { ConsistencyService } from '../../src/sync/index.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { RestoringStore, wholeOf } from '../support/restoring-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const model = { model: 'all-MiniLM-L6-v2', dimension: 384 };
const other = { model: 'another-model', dimension: 8 };

/** A model that makes vectors of its own dimension, the same for the same text. */
class OtherEmbedder extends Embedder {
  ready(): Promise<void> {
    return Promise.resolve();
  }
  embedQuery(text: string): Promise<Float32Array> {
    return this.embedText(text);
  }
  embedText(text: string): Promise<Float32Array> {
    const vector = new Float32Array(other.dimension);
    vector[text.length % other.dimension] = 1;
    return Promise.resolve(vector);
  }
}

describe('npm run rebuild', () => {
  let postgres: TestPostgres;
  let databases = 0;
  let dataDir: string;
  let databaseUrl: string;
  let config: Config;

  beforeAll(async () => void (postgres = await startTestPostgres()));
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    dataDir = temporaryFolder('rebuild');
    databaseUrl = await postgres.createDatabase(`rebuild_${++databases}`);
    config = readConfig({ DATA_DIR: dataDir, DATABASE_URL: databaseUrl });
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  });
  afterEach(() => void jest.restoreAllMocks());

  const open = (settings = model): Promise<RestoringStore> => RestoringStore.open({ dataDir, databaseUrl, model: settings });
  const replaced = (): string[] => readdirSync(dataDir).filter((name) => name.endsWith('.replaced'));
  const damageSegment = (): void => {
    const store = join(dataDir, 'store');
    const path = join(
      store,
      readdirSync(store).find((name) => name.endsWith('.vectors'))!,
    );
    const bytes = readFileSync(path);
    bytes[bytes.length - 5] ^= 1;
    writeFileSync(path, bytes);
  };

  it('makes the store again from its database when a segment is damaged, and keeps what only the journal holds', async () => {
    const first = await open();
    for (const title of ['one', 'two', 'three']) await first.save(title, [`${title}, its text`, `${title}, its end`]);
    await first.store.seal();
    await first.settle();
    await first.database.close();
    // PostgreSQL hears of none of these
    await first.save('four', ['only the journal has it']);
    await first.store.deleteDocument(2);
    const whole = await wholeOf(first.store);
    await first.close();
    damageSegment();
    await takeDatabase(config, true, { keepStore: true });
    expect(replaced()).toHaveLength(1);
    const second = await open();
    expect(await wholeOf(second.store)).toEqual(whole);
    await second.settle();
    expect(await second.get(ConsistencyService).check()).toMatchObject({ consistent: true, lag: 0 });
    await second.close();
  });

  it('does not take the database of another store', async () => {
    const first = await open();
    await first.save('one', ['text']);
    await first.settle();
    await first.database.execute('UPDATE sync_state SET store_id = gen_random_uuid()');
    await first.close();
    await expect(takeDatabase(config, true, { keepStore: true })).rejects.toThrow(/npm run recover -- --take database/);
    expect(replaced()).toEqual([]);
  });

  it('embeds everything anew when the model was changed, and the next start brings the database to it', async () => {
    const first = await open();
    await first.save('one', ['a text', 'a longer text']);
    await first.save('two', ['another text']);
    await first.store.deleteVectors(2);
    const gone = await first.save('gone', ['it is deleted']);
    await first.store.deleteDocument(gone.id);
    await first.settle();
    const [before, { marks }] = [await first.store.readContents(1), first.store.statistics()];
    await first.close();
    await expect(open(other)).rejects.toThrow(/holds vectors of all-MiniLM-L6-v2 \(384 dimensions\).*npm run rebuild -- --source text/);

    await embedAnewWith(new OtherEmbedder(), { ...config, embedding: { ...config.embedding, ...other } }, true);
    expect(replaced()).toHaveLength(1);
    const second = await open(other);
    const after = await second.store.readContents(1);
    expect([after.document, after.chunks]).toEqual([before.document, before.chunks]);
    expect(after.vectors).toHaveLength(2 * other.dimension);
    expect(Array.from(second.store.documents(), ({ id }) => id)).toEqual([1, 2]);
    expect(second.store.statistics().marks).toEqual(marks);
    await second.settle();
    expect(await second.get(ConsistencyService).check()).toMatchObject({ consistent: true, lag: 0 });
    expect(
      await second.database.query(
        'SELECT DISTINCT embedding_model, octet_length(embedding) AS bytes FROM vector_metadata v JOIN vector_embeddings e ON e.vector_id = v.id',
      ),
    ).toEqual([{ embedding_model: other.model, bytes: 4 * other.dimension }]);
    await second.close();
  });
});
