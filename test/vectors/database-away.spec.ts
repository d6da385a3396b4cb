import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { VectorStore } from '../../src/store/index.js';
import { startApplication, type RunningApplication } from '../support/application.js';
import { requestJson } from '../support/http-json.js';
import { saveVectors } from '../support/saved-document.js';
import { scatteredVectors } from '../support/scattered-vectors.js';

/** A port that nobody listens on. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('The vectors’ endpoints while PostgreSQL is away', () => {
  let running: RunningApplication;
  let store: VectorStore;
  let id: number;

  beforeAll(async () => {
    running = await startApplication({ DATABASE_URL: `postgres://nobody@127.0.0.1:${await deadPort()}/nothing` });
    store = running.app.get(VectorStore, { strict: false });
    id = (await saveVectors(store, 'Manual', ['Press the button.', 'Charge it.'], scatteredVectors(2, store.dimension))).id;
  });

  afterAll(() => running?.stop());

  it.each(['/vectors', '/vectors?contains=button'])('answers %s with 503 and when to try again', async (path) => {
    const response = await fetch(running.url + path);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  });

  it.each([
    ['GET', '/index/consistency'],
    ['POST', '/index/repair'],
  ])('cannot compare, and says so: %s %s', async (method, path) => {
    expect((await requestJson(running.url, method, path)).body).toMatchObject({ status: 503, code: 'DATABASE_UNAVAILABLE' });
  });

  it('cannot sync, and says so', async () => {
    expect((await requestJson(running.url, 'POST', '/vectors/sync')).body).toMatchObject({ status: 503, code: 'DATABASE_UNAVAILABLE' });
    const rows = await (await fetch(`${running.url}/vectors/metadata`)).text();
    expect((await requestJson(running.url, 'POST', '/vectors/sync', rows)).body).toMatchObject({
      status: 503,
      code: 'DATABASE_UNAVAILABLE',
    });
  });

  it('shows what the engine has, and the lag', async () => {
    expect((await requestJson(running.url, 'GET', '/vectors/stats')).body).toMatchObject({
      total_vectors: 2,
      per_document: [{ document_id: id, vector_count: 2 }],
      sync: { lag: store.lastSequence, last_synced_at: null },
    });
    expect((await requestJson(running.url, 'GET', `/vectors/document/${id}`)).body).toMatchObject({ chunk_count: 2 });
    expect((await requestJson(running.url, 'GET', '/vectors/metadata')).body).toHaveLength(2);
    expect((await requestJson(running.url, 'GET', '/index')).body).toMatchObject({ sync: { lag: store.lastSequence } });
  });

  it('deletes vectors', async () => {
    expect((await requestJson(running.url, 'DELETE', `/vectors/document/${id}`)).body).toEqual({ document_id: id, deleted_vectors: 2 });
    expect((await requestJson(running.url, 'GET', '/vectors/stats')).body).toMatchObject({ total_vectors: 0 });
  });
});
