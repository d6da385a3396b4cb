import { setTimeout as sleep } from 'node:timers/promises';
import { requestJson } from '../support/http-json.js';
import { LoadClient } from '../support/load-client.js';
import { ServerProcess } from '../support/server-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** HVS_KILLS=300 by hand; the seed is printed and replays the clients' choices, not the machine's timing. */
const kills = Number(process.env.HVS_KILLS ?? 3);
const seed = Number(process.env.HVS_SEED ?? Date.now() % 1_000_000);

function randomFrom(start: number): () => number {
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
async function settled(baseUrl: string): Promise<void> {
  for (;;) {
    const { body } = await requestJson(baseUrl, 'GET', '/health/ready');
    const { ingestion, sync } = (body as unknown as { checks: Record<string, Record<string, number>> }).checks;
    if (ingestion.queued === 0 && ingestion.in_work === 0 && sync.lag === 0) return;
    await sleep(100);
  }
}

async function check(baseUrl: string, client: LoadClient): Promise<void> {
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

it(
  `loses nothing and brings nothing back over ${kills} kills under load (HVS_KILLS)`,
  async () => {
    process.stderr.write(`kill loop: HVS_SEED=${seed}\n`);
    const random = randomFrom(seed);
    const settings = {
      DATA_DIR: temporaryFolder('kills'),
      SEGMENT_VECTORS: '20',
      ...(process.env.HVS_KILL_DATABASE_URL ? { DATABASE_URL: process.env.HVS_KILL_DATABASE_URL } : {}),
    };
    const client = new LoadClient(random);
    for (let kill = 1; kill <= kills; kill++) {
      const server = await ServerProcess.start(settings);
      const load = client.run(server.baseUrl, 6);
      await sleep(300 + random() * 2_500);
      await server.kill();
      client.stop();
      await load;
      const again = await ServerProcess.start(settings);
      await settled(again.baseUrl);
      await check(again.baseUrl, client);
      // half of the next rounds begin after a clean end, half after another kill
      if (random() < 0.5) expect(await again.stop()).toBe(0);
      else await again.kill();
      expect(client.violations).toEqual([]);
    }
    process.stderr.write(
      `kill loop: ${client.documents.length} documents acknowledged, ${client.documents.filter(({ deletion }) => deletion !== 'none').length} deleted, 0 violations\n`,
    );
    const last = await ServerProcess.start(settings);
    expect(await last.stop()).toBe(0);
  },
  60_000 + kills * 60_000,
);
