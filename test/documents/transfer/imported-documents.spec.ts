import { createHash } from 'node:crypto';
import { Embedder } from '../../../src/embedding/index.js';
import { VectorStore } from '../../../src/store/index.js';
import { startApplication, type RunningApplication } from '../../support/application.js';
import { DocumentsClient } from '../../support/documents-client.js';
import { requestJson } from '../../support/http-json.js';
import { getExport, ndjson, postImport } from '../../support/transfer-application.js';

const chunks = [
  { text: 'Hold the power button for ten seconds.' },
  { text: 'The lamp blinks twice when the reset is done.', page_start: 2 },
];

describe('a document that was imported', () => {
  let app: RunningApplication;
  let client: DocumentsClient;
  let store: VectorStore;
  beforeAll(async () => {
    app = await startApplication();
    client = new DocumentsClient(app.url);
    store = app.app.get(VectorStore);
  });
  afterAll(() => app.stop());

  const importOne = async (document: object): Promise<number> =>
    (await postImport(app.url, ndjson(document))).lines[0].document_id as number;
  const answersTo = async (query: string): Promise<string> => {
    const { body } = await requestJson(app.url, 'POST', '/search', { query, top_k: 100 });
    const hits = (body as unknown as { hits: { score: number; chunk: { text: string } }[] }).hits;
    return JSON.stringify(hits.map(({ score, chunk }) => [score, chunk.text]));
  };

  it('is found, has a text put together from its chunks, and no original', async () => {
    const id = await importOne({ title: 'Resetting', chunks });
    expect(JSON.parse(await answersTo('how do I reset it'))).toHaveLength(2);
    const { body: text } = await client.call<object>('GET', `/documents/${id}/text`);
    expect(text).toEqual({
      text: `${chunks[0].text}\n\n${chunks[1].text}`,
      pages: [
        { page: 1, char_start: 0, char_end: 38 },
        { page: 2, char_start: 40, char_end: 85 },
      ],
    });
    const file = await client.call('GET', `/documents/${id}/file`);
    expect([file.status, file.body.code]).toEqual([404, 'NO_ORIGINAL']);
  });

  it('gives the same answers where it is imported with its vectors, to the bit, without the model', async () => {
    await importOne({ title: 'Descaling', chunks: [{ text: 'Run the descaling programme every two months.' }] });
    const before = await answersTo('when must I descale');
    const { text: exported } = await getExport(app.url, '?vectors=true');
    for (const { id } of [...store.documents()]) await client.call('DELETE', `/documents/${id}`);
    const embedder = app.app.get(Embedder);
    const embed = embedder.embedText.bind(embedder);
    embedder.embedText = () => Promise.reject(new Error('the model was asked'));
    try {
      expect((await postImport(app.url, exported)).sum).toMatchObject({ failed: 0 });
      expect(await answersTo('when must I descale')).toBe(before);
    } finally {
      embedder.embedText = embed;
    }
  });

  it('is embedded again from its chunks: by reindex, and with a new title', async () => {
    const vector = [1, ...Array<number>(383).fill(0)];
    const id = await importOne({ title: 'Old', chunks: chunks.map((chunk) => ({ ...chunk, vector })) });
    const textBefore = (await client.call('GET', `/documents/${id}/text`)).body;
    const chunksBefore = await store.readChunks(id);
    expect((await client.call('POST', `/documents/${id}/reindex`)).status).toBe(202);
    expect(await client.settled(id)).toMatchObject({ status: 'indexed', title: 'Old', chunk_count: 2, page_count: 2, char_count: 85 });
    const embedder = app.app.get(Embedder);
    const first = async (): Promise<Float32Array> => (await store.readContents(id)).vectors.slice(0, 384);
    expect(await first()).toEqual(await embedder.embedText(`Old\n${chunks[0].text}`));
    await client.call('PATCH', `/documents/${id}`, { title: 'New' });
    expect(await client.settled(id)).toMatchObject({ status: 'indexed', title: 'New' });
    expect(await first()).toEqual(await embedder.embedText(`New\n${chunks[0].text}`));
    const own = (stored: typeof chunksBefore): object[] => stored.map((chunk) => ({ ...chunk, vectorId: 0, createdAt: '' }));
    expect(own(await store.readChunks(id))).toEqual(own(chunksBefore));
    expect((await client.call('GET', `/documents/${id}/text`)).body).toEqual(textBefore);
  });

  it('fails with what to do when it is to be embedded again and its chunks were deleted', async () => {
    const id = await importOne({ title: 'Gone', chunks });
    await client.call('DELETE', `/vectors/document/${id}`);
    await client.call('POST', `/documents/${id}/reindex`);
    expect(await client.settled(id)).toMatchObject({ status: 'failed', error: { code: 'STORED_TEXT_GONE' } });
  });

  it('is what an upload of the same bytes is answered with', async () => {
    const bytes = 'The original of an imported document.';
    const id = await importOne({ title: 'Twin', sha256: createHash('sha256').update(bytes).digest('hex'), chunks });
    const { status, body } = await client.upload(bytes, 'twin.txt');
    expect([status, body.id, body.duplicate]).toEqual([200, id, true]);
  });
});
