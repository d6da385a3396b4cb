import fc from 'fast-check';
import { ConsistencyService } from '../../src/sync/index.js';
import { CopyingIndexBuilder } from '../support/copying-index-builder.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { StoreClient } from '../support/store-client.js';
import { DIMENSION } from '../support/store-fixture.js';
import { StorePromises } from '../support/store-promises.js';
import { SyncedStore } from '../support/synced-store.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** HVS_SYNC_MODEL_RUNS=100 by hand; the seed is printed and replays the choices, not the machine's timing. */
const numRuns = Number(process.env.HVS_SYNC_MODEL_RUNS ?? 3);
const seed = Number(process.env.HVS_SEED ?? Date.now() % 1_000_000);

const NAMES = ['a', 'b', 'c', 'd'];
const STEPS = [
  'import',
  'add',
  'replace',
  'retitle',
  'give away',
  'delete vectors',
  'delete',
  'seal',
  'off',
  'on',
  'restart',
  'settle',
] as const;
type Step = { what: (typeof STEPS)[number]; name: string; size: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ what: fc.constantFrom(...STEPS), name: fc.constantFrom(...NAMES), size: fc.integer({ min: 1, max: 6 }) }),
  { minLength: 20, maxLength: 50 },
);

/** A store and its PostgreSQL, which is ended and started at will. */
class SyncedLife {
  readonly promises = new StorePromises();
  private synced!: SyncedStore;
  private isOn = true;
  private serial = 0;

  constructor(
    private readonly postgres: TestPostgres,
    private readonly databaseUrl: string,
    private readonly dataDir = temporaryFolder('synced-model'),
  ) {}

  async open(): Promise<void> {
    const options = { sealVectors: 8, hnswVectors: 16, journalBytesMax: 20_000, builder: new CopyingIndexBuilder(), dimension: DIMENSION };
    this.synced = await SyncedStore.open(this.databaseUrl, this.dataDir, options);
  }

  async take({ what, name, size }: Step): Promise<void> {
    const client = new StoreClient(this.synced.store, this.promises);
    const version = this.promises.newest(`${name}.txt`);
    const texts = Array.from({ length: size }, () => `text ${this.serial++}`);
    if (what === 'seal') return this.synced.store.seal();
    if (what === 'off' || what === 'on') return this.turn(what === 'on');
    if (what === 'restart') return this.restart();
    if (what === 'settle') return this.compare();
    if (what === 'import' || what === 'add') return void (version ?? (await client[what](name, texts, 'b')));
    if (!version) return;
    if (what === 'replace') await client.replace(name, texts);
    if (what === 'retitle') await client.patch(name, { title: `title ${this.serial++}` });
    if (what === 'give away') await client.patch(name, { ownerId: size % 2 ? 'a' : null, metadata: { size } });
    if (what === 'delete vectors') await client.deleteVectors(name);
    if (what === 'delete') await client.delete(name);
  }

  /** With PostgreSQL there and the lag at 0 both stores hold the same, and what was promised. */
  async compare(): Promise<void> {
    await this.turn(true);
    await this.promises.check(this.synced.store);
    expect(this.promises.broken).toEqual([]);
    await this.synced.settle();
    expect(await this.synced.get(ConsistencyService).check()).toMatchObject({ consistent: true, lag: 0 });
    expect(this.synced.stops).toEqual([]);
  }

  async close(): Promise<void> {
    await this.turn(true);
    await this.synced.dispose();
  }

  private async restart(): Promise<void> {
    await this.synced.close();
    await this.open();
  }

  private async turn(on: boolean): Promise<void> {
    if (on && !this.isOn) await this.postgres.restart();
    if (!on && this.isOn) await this.postgres.kill();
    this.isOn = on;
  }
}

it(`keeps PostgreSQL in step through whatever is done, on and off, in ${numRuns} lives (HVS_SYNC_MODEL_RUNS)`, async () => {
  const postgres = await startTestPostgres();
  let lives = 0;
  try {
    await fc.assert(
      fc.asyncProperty(steps, async (taken) => {
        const life = new SyncedLife(postgres, await postgres.createDatabase(`model_${++lives}`));
        await life.open();
        try {
          for (const step of taken) await life.take(step);
          await life.compare();
        } finally {
          await life.close();
        }
      }),
      { numRuns, seed, endOnFailure: true },
    );
  } finally {
    process.stderr.write(`model with PostgreSQL: HVS_SEED=${seed}, ${lives} lives\n`);
    await postgres.stop();
  }
}, 3_600_000);
