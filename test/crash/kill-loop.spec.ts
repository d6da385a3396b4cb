import { setTimeout as sleep } from 'node:timers/promises';
import { LoadClient } from '../support/load-client.js';
import { checkPromises, randomFrom, settled } from '../support/promises.js';
import { ServerProcess } from '../support/server-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** HVS_KILLS=300 by hand; the seed is printed and replays the clients' choices, not the machine's timing. */
const kills = Number(process.env.HVS_KILLS ?? 3);
const seed = Number(process.env.HVS_SEED ?? Date.now() % 1_000_000);

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
      await checkPromises(again.baseUrl, client);
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
