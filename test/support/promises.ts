import { setTimeout as sleep } from 'node:timers/promises';
import { requestJson } from './http-json.js';
import type { LoadClient } from './load-client.js';

/** Numbers from 0 to 1 that a seed repeats. */
export function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

interface Chunks {
  chunk_count: number;
  chunks: { text: string }[];
}

/** Waits until nothing is queued or in work. */
export async function settled(baseUrl: string): Promise<void> {
  for (;;) {
    const { body } = await requestJson(baseUrl, 'GET', '/health/ready');
    const { ingestion, sync } = (body as unknown as { checks: Record<string, Record<string, number>> }).checks;
    if (ingestion.queued === 0 && ingestion.in_work === 0 && sync.lag === 0) return;
    await sleep(100);
  }
}

/** Compares all that the client was promised with what the server shows, and both stores with each other. */
export async function checkPromises(baseUrl: string, client: LoadClient): Promise<void> {
  for (const known of client.documents) {
    const { status, body } = await requestJson(baseUrl, 'GET', `/documents/${known.id}`);
    const complain = (what: string): void => void client.violations.push(`document ${known.id}: ${what}`);
    if (status === 404 && known.deletion === 'none') complain('lost');
    if (status === 200 && known.deletion === 'acknowledged') complain('there after its delete');
    if (status === 404 && known.deletion === 'asked') known.deletion = 'acknowledged';
    if (status !== 200) continue;
    if (known.deletion === 'asked') known.deletion = 'none'; // it did not happen, and will not
    const {
      title,
      owner_id,
      status: state,
      chunk_count,
    } = body as unknown as { title: string; owner_id: string | null; status: string; chunk_count: number };
    if (state !== 'indexed') complain(`settled as ${state}`);
    if (!known.titles.includes(title)) complain(`shows the title ${title}`);
    if (!known.owners.includes(owner_id)) complain(`shows the owner ${owner_id}`);
    known.titles.splice(0, known.titles.length, title);
    known.owners.splice(0, known.owners.length, owner_id);
    const chunks = (await requestJson(baseUrl, 'GET', `/vectors/document/${known.id}?full=true`)).body as unknown as Chunks;
    if (chunks.chunk_count !== chunk_count || chunks.chunks.length !== chunk_count || chunk_count === 0) complain('is half there');
    if (!chunks.chunks.every(({ text }) => text.includes(known.words))) complain('holds the text of another');
    const found = (await requestJson(baseUrl, 'POST', '/search', { query: known.words, top_k: 100, filter: { document_ids: [known.id] } }))
      .body;
    if ((found as unknown as { hits: unknown[] }).hits.length !== chunk_count) complain('is not found whole');
  }
  const stats = (await requestJson(baseUrl, 'GET', '/vectors/stats')).body;
  const report = (await requestJson(baseUrl, 'POST', '/vectors/sync')).body;
  if (Number(report.synced) !== 0 || Number(report.deleted) !== 0 || report.unchanged !== stats.total_vectors)
    client.violations.push(`the stores disagree: ${JSON.stringify(report)}, ${Number(stats.total_vectors)} vectors`);
}
