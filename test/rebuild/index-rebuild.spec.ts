import { setTimeout as sleep } from 'node:timers/promises';
import { VectorStore } from '../../src/store/index.js';
import type { RebuildProgressDto } from '../../src/vectors/dto/index-rebuild.dto.js';
import { answersOf, settled } from '../support/answers.js';
import { startApplication, type RunningApplication } from '../support/application.js';
import { DocumentsClient, type Answer } from '../support/documents-client.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { wholeOf } from '../support/restoring-store.js';
import { until } from '../support/until.js';
import { Database } from '../../src/platform/index.js';

/** Headings above chunks and inside of them, one over two lines, one of the document's title, one that the text says again. */
const MANUAL = `# The kettle

Safety

## Before the first use

Safety comes first. ${'Rinse the kettle with clear water and let it boil once. '.repeat(30)}

### Descaling *at home*

${'Use vinegar or citric acid, then boil clear water twice. '.repeat(40)}

### Descaling *at home*

Call us.

## Warranty

Two years.
`;

describe('POST /index/rebuild', () => {
  let postgres: TestPostgres;
  let running: RunningApplication;
  let client: DocumentsClient;
  let store: VectorStore;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    running = await startApplication({ DATABASE_URL: postgres.databaseUrl, SEGMENT_VECTORS: '4' });
    client = new DocumentsClient(running.url);
    store = running.app.get(VectorStore);
    await client.upload(MANUAL, 'kettle.md', {}, '?wait=true');
    await client.uploadText('Fan', 'The fan turns at three speeds.', {}, '?wait=true');
    const gone = await client.uploadText('Gone', 'It will be gone.', {}, '?wait=true');
    await client.call('DELETE', `/documents/${gone.body.id}`);
    await settled(running.app);
  });
  afterAll(async () => {
    await running.stop();
    await postgres.stop();
  });

  const start = (source: unknown): Promise<Answer<RebuildProgressDto>> => client.call('POST', '/index/rebuild', { source });
  const progress = async (): Promise<RebuildProgressDto> => (await client.call<RebuildProgressDto>('GET', '/index/rebuild')).body;
  const ended = async (): Promise<RebuildProgressDto> => {
    for (;;) {
      const now = await progress();
      if (now.status !== 'running') return now;
      await sleep(20);
    }
  };

  it('says that there was none', async () => {
    expect(await progress()).toEqual({ source: null, status: 'none', done: 0, total: 0, started_at: null, finished_at: null, error: null });
  });

  it.each(['database', 'text'])('builds the index again from the %s, to the same vectors and answers', async (source) => {
    const [whole, answers] = [await wholeOf(store), await answersOf(running.url)];
    const begun = await start(source);
    expect([begun.status, begun.body]).toEqual([202, expect.objectContaining({ source, status: 'running', error: null })]);
    const end = await ended();
    const { vectorsLive } = store.statistics();
    expect(end).toMatchObject({ source, status: 'done', done: vectorsLive, total: vectorsLive, error: null });
    expect(Date.parse(end.finished_at!)).toBeGreaterThanOrEqual(Date.parse(end.started_at!));
    expect(await wholeOf(store)).toEqual(whole);
    expect(await answersOf(running.url)).toEqual(answers);
  });

  it('answers 409 while one runs, which goes on', async () => {
    await start('text');
    const second = await start('database');
    expect([second.status, second.body.code]).toEqual([409, 'REBUILD_RUNNING']);
    expect(await ended()).toMatchObject({ source: 'text', status: 'done' });
  });

  it('says which document the source does not hold, and leaves the index as it was', async () => {
    const whole = await wholeOf(store);
    await running.app.get(Database).execute('DELETE FROM vector_embeddings WHERE vector_id = $1', [store.vectorIds(2)[0]]);
    await start('database');
    expect(await ended()).toMatchObject({
      status: 'failed',
      error: { code: 'REBUILD_INCOMPLETE', detail: expect.stringContaining('document 2') },
    });
    expect(await wholeOf(store)).toEqual(whole);
  });

  it('answers 400 for another source', async () => {
    for (const source of ['journal', undefined, 3])
      expect(await start(source)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });

  it('answers 503 while the database is away, and builds from the texts without it', async () => {
    await postgres.kill();
    await until(() => !running.app.get(Database).connected);
    expect(await start('database')).toMatchObject({ status: 503, body: { code: 'DATABASE_UNAVAILABLE' } });
    expect((await start('text')).status).toBe(202);
    expect(await ended()).toMatchObject({ source: 'text', status: 'done' });
    await postgres.restart();
  });
});
