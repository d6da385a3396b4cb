import { setTimeout as sleep } from 'node:timers/promises';
import { requestJson } from './http-json.js';
import type { KnownDocument, LoadClient, Violation } from './load-client.js';

/** Numbers from 0 to 1 that a seed repeats. */
export function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

interface Shown {
  title: string;
  owner_id: string | null;
  status: string;
  chunk_count: number;
}

interface Chunks {
  chunk_count: number;
  chunks: { text: string }[];
}

/** Waits until nothing is queued or in work, and PostgreSQL holds everything. */
export async function settled(baseUrl: string): Promise<void> {
  for (;;) {
    const { body } = await requestJson(baseUrl, 'GET', '/health/ready');
    const { ingestion, sync } = (body as unknown as { checks: Record<string, Record<string, number>> }).checks;
    if (ingestion.queued === 0 && ingestion.in_work === 0 && sync.lag === 0) return;
    await sleep(50);
  }
}

/** Compares what the client was promised of these documents (of all when none are given) with what the server shows, and both stores with each other. */
export async function checkPromises(
  baseUrl: string,
  client: LoadClient,
  documents: readonly KnownDocument[] = client.documents,
): Promise<void> {
  const waiting = [...documents];
  const worker = async (): Promise<void> => {
    for (let known = waiting.pop(); known; known = waiting.pop()) await checkDocument(baseUrl, client, known);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  await checkStores(baseUrl, client);
}

async function checkDocument(baseUrl: string, client: LoadClient, known: KnownDocument): Promise<void> {
  const { status, body } = await requestJson(baseUrl, 'GET', `/documents/${known.id}`);
  const complain = (kind: Violation['kind'], what: string): void => client.complain(kind, `document ${known.id}: ${what}`);
  if (status === 404 && known.deletion === 'none') complain('lost', known.words);
  if (status === 200 && known.deletion === 'acknowledged') complain('found after its delete', 'is there');
  if (status === 404 && known.deletion === 'asked') known.deletion = 'acknowledged';
  if (status !== 200) return;
  if (known.deletion === 'asked') known.deletion = 'none'; // it did not happen, and will not
  const { title, owner_id, status: state, chunk_count } = body as unknown as Shown;
  if (state !== 'indexed') complain('other', `settled as ${state}`);
  if (!known.titles.includes(title)) complain('old title or owner', `shows the title ${title} instead of ${known.titles.join()}`);
  if (!known.owners.includes(owner_id)) complain('old title or owner', `shows the owner ${owner_id} instead of ${known.owners.join()}`);
  known.titles.splice(0, known.titles.length, title);
  known.owners.splice(0, known.owners.length, owner_id);
  const chunks = (await requestJson(baseUrl, 'GET', `/vectors/document/${known.id}?full=true`)).body as unknown as Chunks;
  if (chunks.chunk_count !== chunk_count || chunks.chunks.length !== chunk_count || chunk_count === 0)
    complain('half there', `${chunks.chunks.length} of ${chunk_count} chunks`);
  if (known.chunkCount !== null && known.chunkCount !== chunk_count) complain('half there', `${chunk_count} of ${known.chunkCount} chunks`);
  if (!chunks.chunks.every(({ text }) => text.includes(known.words))) complain('other', 'holds the text of another');
  const question = { query: known.words, top_k: 100, filter: { document_ids: [known.id] } };
  const { hits } = (await requestJson(baseUrl, 'POST', '/search', question)).body as unknown as { hits: unknown[] };
  if (hits.length !== chunk_count) complain('half there', `${hits.length} of ${chunk_count} chunks are found`);
}

/** With the lag at 0. What nobody was promised, since its answer never came, is compared too. */
async function checkStores(baseUrl: string, client: LoadClient): Promise<void> {
  const stats = (await requestJson(baseUrl, 'GET', '/vectors/stats')).body;
  const report = (await requestJson(baseUrl, 'POST', '/vectors/sync')).body;
  if (Number(report.synced) !== 0 || Number(report.deleted) !== 0 || report.unchanged !== stats.total_vectors)
    client.complain('stores disagree', `${JSON.stringify(report)}, ${Number(stats.total_vectors)} vectors`);
  const { status, body } = await requestJson(baseUrl, 'GET', '/index/consistency');
  if (status !== 200 || (body.consistent as unknown) !== true) client.complain('stores disagree', JSON.stringify(body).slice(0, 500));
}
