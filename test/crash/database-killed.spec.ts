import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoadClient } from '../support/load-client.js';
import { startTestPostgres } from '../support/postgres.js';
import { checkPromises, randomFrom, settled } from '../support/promises.js';
import { ServerProcess } from '../support/server-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Uploads, patches, deletes and searches go on while `breakDatabase` does its worst; then both stores must agree. */
async function underLoad(settings: Record<string, string>, breakDatabase: () => Promise<void>): Promise<void> {
  const server = await ServerProcess.start(settings);
  const client = new LoadClient(randomFrom(4711));
  const load = client.run(server.baseUrl, 4);
  await sleep(500);
  await breakDatabase();
  await sleep(500);
  client.stop();
  await load;
  await settled(server.baseUrl);
  await checkPromises(server.baseUrl, client);
  expect(client.violations).toEqual([]);
  expect(client.documents.length).toBeGreaterThan(10);
  expect(await server.stop()).toBe(0);
}

describe('PostgreSQL killed under load', () => {
  it('comes back by itself when it is the embedded one, and lacks nothing', async () => {
    const dataDir = temporaryFolder('embedded');
    await underLoad({ DATA_DIR: dataDir }, async () => {
      for (let n = 0; n < 2; n++) {
        process.kill(Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
        await sleep(1_200);
      }
    });
  });

  it('is caught up with when it is started again, and lacks nothing', async () => {
    const postgres = await startTestPostgres();
    try {
      await underLoad({ DATA_DIR: temporaryFolder('external'), DATABASE_URL: postgres.databaseUrl }, async () => {
        await postgres.kill();
        await sleep(500);
        await postgres.restart();
        await sleep(500);
      });
    } finally {
      await postgres.stop();
    }
  });
});
