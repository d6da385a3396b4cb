import { Database } from '../../src/platform/index.js';
import { VectorStore } from '../../src/store/index.js';
import type { DocumentDto } from '../../src/documents/dto/document.dto.js';
import { startApplication, type RunningApplication } from '../support/application.js';
import { DocumentsClient } from '../support/documents-client.js';

describe('the list of documents', () => {
  let running: RunningApplication;
  let client: DocumentsClient;
  const ids: number[] = [];

  beforeAll(async () => {
    running = await startApplication();
    client = new DocumentsClient(running.url);
    for (let n = 0; n < 7; n++) {
      const owner = n % 2 === 0 ? { owner_id: 'even' } : {};
      const { body } = await client.uploadText(`Manual ${n} of the X${n}00`, `Text number ${n}.`, owner, '?wait=true');
      ids.push(body.id);
    }
  });
  afterAll(() => running.stop());

  const listed = async (query = ''): Promise<number[]> => (await client.list(query)).body.items.map(({ id }) => id);
  const newestFirst = (of: number[]): number[] => [...of].sort((a, b) => b - a);

  it('shows each document as it is asked for by itself, newest first', async () => {
    const { status, body } = await client.list();
    expect(status).toBe(200);
    expect(body).toEqual({
      items: await Promise.all(newestFirst(ids).map((id): Promise<DocumentDto> => client.document(id))),
      next_cursor: null,
    });
  });

  it('goes through all of them in pages, none twice and none left out, while others come in', async () => {
    const seen: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof client.list>> = await client.list(`?limit=2${cursor && `&cursor=${cursor}`}`);
      expect(page.body.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.body.items.map(({ id }) => id));
      cursor = page.body.next_cursor;
      if (seen.length === 2) ids.push((await client.uploadText('Manual that came between', 'Text in between.', {}, '?wait=true')).body.id);
    }
    expect(seen).toEqual(newestFirst(ids.slice(0, 7)));
  });

  it('ends with the last document, not with an empty page', async () => {
    const first = await client.list(`?owner_id=even&limit=4`);
    expect(first.body.items).toHaveLength(4);
    expect(first.body.next_cursor).toBeNull();
  });

  it('narrows by owner, status, and words in title or file name', async () => {
    expect(await listed('?owner_id=even')).toEqual(newestFirst(ids.filter((_, n) => n < 7 && n % 2 === 0)));
    expect(await listed('?owner_id=nobody')).toEqual([]);
    expect(await listed('?status=indexed&limit=500')).toEqual(newestFirst(ids));
    expect(await listed('?status=failed')).toEqual([]);
    expect(await listed('?q=x300')).toEqual([ids[3]]);
    expect(await listed('?q=MANUAL%204')).toEqual([ids[4]]);
    expect(await listed('?q=.TXT&limit=500')).toEqual(newestFirst(ids));
    expect(await listed('?q=%25')).toEqual([]);
    expect(await listed('?owner_id=even&q=x300')).toEqual([]);
  });

  it('knows what is in work', async () => {
    await client.call('POST', `/documents/${ids[0]}/reindex`);
    const { body } = await client.list('?status=processing');
    const queued = await listed('?status=queued');
    for (const document of body.items) {
      expect(document).toMatchObject({ id: ids[0], status: 'processing', progress: { stage: expect.any(String) } });
      expect(queued).not.toContain(document.id);
    }
    await client.settled(ids[0]);
    expect(await listed('?status=processing')).toEqual([]);
  });

  it('shows a change or a delete at once', async () => {
    await client.call('PATCH', `/documents/${ids[1]}`, { owner_id: 'odd' });
    expect(await listed('?owner_id=odd')).toEqual([ids[1]]);
    await client.call('DELETE', `/documents/${ids[2]}`);
    expect(await listed('?limit=500')).toEqual(newestFirst(ids.filter((id) => id !== ids[2])));
    ids.splice(2, 1);
  });

  it('refuses what is out of range or unknown', async () => {
    for (const query of [
      'limit=0',
      'limit=501',
      'limit=1.5',
      'limit=abc',
      'limit=',
      'status=done',
      'owner_id=',
      'q=',
      'colour=red',
      `q=${'x'.repeat(201)}`,
      'q=%00',
    ]) {
      expect((await client.list(`?${query}`)).status).toBe(400);
    }
    const forged = (place: object): string => Buffer.from(JSON.stringify(place)).toString('base64url');
    for (const cursor of [
      'x',
      'W10',
      forged({}),
      forged({ created_at: 'now', id: 1 }),
      forged({ created_at: '2026-01-01T00:00:00.000Z', id: '1; DROP TABLE documents' }),
    ]) {
      expect(await client.list(`?cursor=${cursor}`)).toMatchObject({ status: 400, body: { code: 'INVALID_CURSOR' } });
    }
  });

  describe('from a database that lags', () => {
    it('shows no document that the engine has deleted, and none of another owner', async () => {
      const database = running.app.get(Database);
      const store = running.app.get(VectorStore);
      const ghosts = [...ids];
      // What the database would say if the journal's last records had not come yet.
      const rows = await database.query<Record<string, unknown>>('SELECT * FROM documents');
      await client.call('DELETE', `/documents/${ids[0]}`);
      await client.call('PATCH', `/documents/${ids[1]}`, { owner_id: 'new owner' });
      await listed();
      await database.execute('DELETE FROM documents');
      await database.execute('INSERT INTO documents SELECT * FROM json_populate_recordset(NULL::documents, $1::json)', [
        JSON.stringify(rows),
      ]);
      expect(await database.query('SELECT id FROM documents')).toHaveLength(ghosts.length);
      expect(await listed('?limit=500')).toEqual(newestFirst(ghosts.slice(1)));
      expect(await listed('?owner_id=odd')).toEqual([]);
      const pages = await client.list(`?limit=${ghosts.length - 2}`);
      expect(pages.body.items).toHaveLength(ghosts.length - 2);
      expect((await client.list(`?limit=1&cursor=${pages.body.next_cursor}`)).body.items).toHaveLength(1);
      expect(store.findDocument(ids[0])).toBeUndefined();
    });
  });
});

describe('the list of documents while PostgreSQL is away', () => {
  it('is not available, and everything else about documents is', async () => {
    const running = await startApplication({ DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:9/none' });
    try {
      const client = new DocumentsClient(running.url);
      const { status, body } = await client.uploadText('Title', 'Some text.', {}, '?wait=true');
      expect(status).toBe(201);
      const list = await client.list();
      expect(list).toMatchObject({ status: 503, body: { code: 'DATABASE_UNAVAILABLE' } });
      expect(list.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await client.document(body.id)).toMatchObject({ status: 'indexed' });
      expect((await client.call('DELETE', `/documents/${body.id}`)).status).toBe(200);
    } finally {
      await running.stop();
    }
  });
});
