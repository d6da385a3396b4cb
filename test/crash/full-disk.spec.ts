import { join } from 'node:path';
import { ImportClient, eventually } from '../support/import-client.js';
import { requestJson } from '../support/http-json.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { ServerProcess } from '../support/server-process.js';
import { SmallDisk } from '../support/small-disk.js';

interface Health {
  status: string;
  checks: Record<string, { status: string; detail?: string; [figure: string]: unknown }>;
}

/** HVS_DISK_MB=96 by hand; HVS_FULL_DISK_EMBEDDED=1 has PostgreSQL on the full disk too, which alone takes 60 MB of it. */
const mebibytes = Number(process.env.HVS_DISK_MB ?? 24);
const isThorough = process.env.HVS_DISK_MB !== undefined;
const withEmbedded = process.env.HVS_FULL_DISK_EMBEDDED === '1';
const disks: SmallDisk[] = [];
const isPossible = probe();

const health = async (url: string): Promise<Health> => (await requestJson(url, 'GET', '/health/ready')).body as unknown as Health;
const uploadText = (url: string, title: string) =>
  requestJson(url, 'POST', '/documents/text', { title, text: `The ${title} is described here. `.repeat(5) });

(isPossible ? describe : describe.skip)(`A disk of ${mebibytes} MB that imports fill (HVS_DISK_MB)`, () => {
  let postgres: TestPostgres;
  let server: ServerProcess | undefined;

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterEach(async () => {
    await server?.kill();
    for (const disk of disks.splice(0)) disk.unmount();
  });
  afterAll(() => postgres?.stop());

  it('answers 507, searches, deletes, goes on by itself when it is larger, and loses nothing to a kill', () =>
    fillAndKill(postgres.databaseUrl));

  (withEmbedded ? it : it.skip)('does all of that with the embedded PostgreSQL on it', () => fillAndKill(''));

  async function fillAndKill(databaseUrl: string): Promise<void> {
    const disk = SmallDisk.mount(mebibytes)!;
    disks.push(disk);
    const settings = { DATA_DIR: join(disk.path, 'data'), DATABASE_URL: databaseUrl, SEGMENT_VECTORS: '2000' };
    const client = new ImportClient();
    server = await ServerProcess.start(settings);

    // 1. filled: refused, and whoever does not write notices nothing
    await client.fill(server.baseUrl);
    expect([...client.refusals]).toEqual(['507 STORAGE_FULL']);
    const documents = client.acknowledged.size;
    expect(documents).toBeGreaterThan(20);
    await serves(server.baseUrl, client);
    const { status, checks } = await health(server.baseUrl);
    expect(status).toBe('degraded');
    expect(checks.storage).toMatchObject({ status: 'degraded', detail: expect.stringContaining('free some space') });
    expect([200, 507]).toContain(await client.deleteOne(server.baseUrl));

    // 2. killed while it is full, and started on the full disk
    await server.kill();
    server = await ServerProcess.start(settings);
    expect(await client.missing(server.baseUrl)).toEqual([]);
    await serves(server.baseUrl, client);

    // 3. what was accepted before there was no room at all is indexed once there is some
    const waiting: number[] = [];
    for (let n = 0; n < 5; n++) {
      const { status: answered, body } = await uploadText(server.baseUrl, `note ${n}`);
      if (answered === 507) break;
      waiting.push(Number(body.id));
    }
    disk.remount('size=400m');
    for (const id of waiting)
      await eventually(
        () => requestJson(server!.baseUrl, 'GET', `/documents/${id}`),
        ({ body }) => body.status === ('indexed' as never),
      );
    client.refusals.clear();
    expect(await client.importSome(server.baseUrl, 5)).toBe(false);
    expect((await uploadText(server.baseUrl, 'later note')).status).toBe(202);
    await eventually(
      () => health(server!.baseUrl),
      ({ checks: { storage, ingestion, sync } }) =>
        storage.status === 'ok' && ingestion.queued === 0 && ingestion.in_work === 0 && sync.lag === 0,
    );

    if (isThorough) await fillAgainAndKill(disk, settings, client);
    const { total_vectors: vectors } = (await requestJson(server.baseUrl, 'GET', '/vectors/stats')).body;
    expect((await requestJson(server.baseUrl, 'POST', '/vectors/sync')).body).toEqual({
      synced: 0,
      deleted: 0,
      unchanged: vectors,
      lag: 0,
    });
    expect(await server.stop()).toBe(0);
    process.stderr.write(
      `full disk (${databaseUrl ? 'separate' : 'embedded'} PostgreSQL): ${documents} documents of 100 vectors until 507, ${waiting.length} notes waited, ${client.acknowledged.size} acknowledged in the end, 0 lost\n`,
    );
  }

  /** Killed in the middle of it, this time. */
  async function fillAgainAndKill(disk: SmallDisk, settings: Record<string, string>, client: ImportClient): Promise<void> {
    disk.remount(`size=${Math.ceil((400 * 1024 * 1024 - disk.freeBytes) / 1024 / 1024) + 8}m`);
    const filling = client.fill(server!.baseUrl);
    await eventually(
      () => Promise.resolve(disk.freeBytes),
      (free) => free < 1024 * 1024,
    );
    await server!.kill();
    await filling;
    server = await ServerProcess.start(settings);
    expect(await client.missing(server.baseUrl)).toEqual([]);
    disk.remount('size=600m');
    // seals and merges that found no room too
    await eventually(
      () => health(server!.baseUrl),
      ({ status, checks: { sync } }) => status === 'ok' && sync.lag === 0,
    );
  }

  async function serves(url: string, client: ImportClient): Promise<void> {
    const [word] = [...client.acknowledged.keys()].slice(-1);
    expect((await requestJson(url, 'GET', '/health/live')).status).toBe(200);
    const found = await requestJson(url, 'POST', '/search', { query: `Passage of ${word}`, top_k: 10 });
    expect([found.status, (found.body as unknown as { hits: unknown[] }).hits.length]).toEqual([200, 10]);
    expect(await requestJson(url, 'GET', `/documents/${client.acknowledged.get(word)}`)).toMatchObject({ status: 200 });
  }
});

function probe(): boolean {
  const disk = SmallDisk.mount(1);
  disk?.unmount();
  return disk !== null;
}
