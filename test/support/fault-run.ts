/** One life of a store with one fault in it, and what a sound disk shows of it afterwards. */
import { jest } from '@jest/globals';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { VectorStore } from '../../src/store/index.js';
import type { Damage } from './durability-model.js';
import { fillings, merging, SMALL, type FaultOperation } from './fault-operations.js';
import { FaultyDisk, SteadyDisk, type Call, type FaultKind } from './faulty-disk.js';
import { StoreClient } from './store-client.js';
import { contentOf, openStore } from './store-fixture.js';
import { StorePromises } from './store-promises.js';
import { makeTemporaryFolder } from './temporary-folder.js';

/** A store as it stands on a sound disk, and what it promised. */
export interface Prepared {
  dataDir: string;
  promises: StorePromises;
}

export interface PlannedFault {
  kind: FaultKind;
  /** Of the calls that the operation makes, from 1. */
  call: number;
  damage: Damage;
  /** Of another fault, a cut, in the recovery that follows; none when absent. */
  second?: { call: number; damage: Damage };
}

export interface FaultResult {
  /** The call that failed. */
  call: Call | undefined;
  broken: string[];
}

/** What the store does beside is done when nothing is left to do in this turn: no call of a steady disk waits for the machine. */
export async function idle(): Promise<void> {
  for (let n = 0; n < 30; n++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Timers move when a test says so; turns of the loop are real. */
export const freezeTime = (): void =>
  void jest.useFakeTimers({ doNotFake: ['setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask', 'hrtime', 'performance'] });

export async function prepareStore(filling: keyof typeof fillings, dataDir: string): Promise<Prepared> {
  const promises = new StorePromises();
  const options = filling === 'layered' ? merging() : { sealVectors: SMALL };
  const store = await openStore(dataDir, { disk: new SteadyDisk(), ...options });
  for (const step of fillings[filling](new StoreClient(store, promises))) {
    await step();
    await idle();
  }
  await promises.check(store);
  await store.close();
  return { dataDir, promises };
}

/** The calls of an operation that nothing disturbs. */
export async function callsOf(prepared: Prepared, operation: FaultOperation): Promise<Call[]> {
  const life = await Life.begin(prepared, operation);
  const before = life.disk.log.length;
  await life.work(operation);
  await life.end();
  return life.disk.log.slice(before);
}

export async function runWithFault(
  prepared: Prepared,
  operation: FaultOperation,
  fault: PlannedFault,
  random: () => number,
): Promise<FaultResult> {
  const life = await Life.begin(prepared, operation);
  const { disk, promises } = life;
  const first = disk.log.length;
  disk.plant(fault.kind, fault.call);
  await life.work(operation);
  const call = disk.log[first + fault.call - 1] as Call | undefined;
  if (call) life.judge(call, fault.kind, disk.log.slice(first + fault.call));
  if (!disk.isDark) await life.goOn();
  await life.end();
  await life.lookAgain(fault, random);
  return { call, broken: promises.broken };
}

class Life {
  private readonly after = makeTemporaryFolder();

  private constructor(
    private readonly folder: ReturnType<typeof makeTemporaryFolder>,
    readonly disk: FaultyDisk,
    readonly client: StoreClient,
    readonly promises: StorePromises,
  ) {}

  static async begin({ dataDir, promises }: Prepared, operation: FaultOperation): Promise<Life> {
    const folder = makeTemporaryFolder();
    cpSync(dataDir, folder.path, { recursive: true });
    const disk = new FaultyDisk(folder.path);
    const store = await openStore(folder.path, { ...operation.options, disk, onFatal: () => disk.goDark() });
    const copy = promises.copy();
    return new Life(folder, disk, new StoreClient(store, copy, () => disk.isDark), copy);
  }

  private get store(): VectorStore {
    return this.client.store;
  }

  /** Does not wait for what the fault holds up: a dead process answers nobody. */
  async work(operation: FaultOperation): Promise<void> {
    let isDone = false;
    void operation.run(this.client).then(() => (isDone = true));
    await idle();
    if (isDone || this.disk.isDark) return;
    await jest.advanceTimersByTimeAsync(11_000);
    await idle();
    if (!isDone && this.disk.isSound) this.promises.broken.push('the operation never came to an end');
  }

  /** Whether the process ended exactly when it must. */
  judge({ kind, path }: Call, fault: FaultKind, later: readonly Call[]): void {
    const { disk, promises } = this;
    const isFsync = kind === 'fsync' || kind === 'folder fsync';
    if (isFsync && !disk.isDark) promises.broken.push(`an fsync of ${path} failed, and the process went on`);
    if (!isFsync && (fault === 'once' || fault === 'full') && disk.isDark)
      promises.broken.push(`${kind} of ${path} failed, and the process ended`);
    if (isFsync && later.some((call) => call.kind === kind && call.path === path))
      promises.broken.push(`an fsync of ${path} failed, and was tried again`);
  }

  /** The disk is sound again: what was acknowledged is there, what comes is taken, and what was put off is done. */
  async goOn(): Promise<void> {
    await this.promises.check(this.store);
    this.disk.mend();
    if (!(await this.client.add('after the fault', ['still', 'writable']))) this.promises.broken.push('the next write was refused');
    await jest.advanceTimersByTimeAsync(11_000);
    await idle();
    await this.client.import('after the wait', ['w 1', 'w 2']);
    await idle();
    await this.promises.check(this.store);
    const tails = this.store.statistics().segments.filter(({ kind }) => kind === 'tail').length;
    if (tails > 1) this.promises.broken.push('the seal was never made up for');
  }

  async end(): Promise<void> {
    const closed = this.store.close().catch(() => undefined);
    await jest.advanceTimersByTimeAsync(11_000); // a seal that waits to be tried again gives up
    await closed;
  }

  /** Starts again on what the disk shows; and once more after another cut, if one is planned. */
  async lookAgain(fault: PlannedFault, random: () => number): Promise<void> {
    const { promises } = this;
    try {
      this.disk.model.writeAfterCut(fault.damage, random, this.after.path);
      mkdirSync(this.after.path, { recursive: true });
      if (fault.second) await this.cutRecovery(fault.second, random);
      const seen = await this.open(async (store) => {
        await promises.check(store);
        return contentOf(store);
      });
      await this.open(async (store) => {
        await promises.check(store);
        if (JSON.stringify(await contentOf(store)) !== JSON.stringify(seen)) promises.broken.push('the second start shows something else');
        const client = new StoreClient(store, promises);
        if (!(await client.add('after the start', ['a', 'b', 'c', 'd', 'e']))) promises.broken.push('a write after the start was refused');
        await idle();
        await promises.check(store);
      });
      await this.open((store) => promises.check(store));
    } catch (error) {
      promises.broken.push(`the start failed: ${(error as Error).stack}`);
    } finally {
      this.folder.remove();
      this.after.remove();
    }
  }

  private async cutRecovery({ call, damage }: NonNullable<PlannedFault['second']>, random: () => number): Promise<void> {
    const disk = new FaultyDisk(this.after.path);
    disk.plant('cut', call);
    await openStore(this.after.path, { disk, sealVectors: SMALL }).then(
      (store) => store.close(),
      () => undefined,
    );
    if (!disk.isDark) return; // it has fewer calls than that
    const shown = join(this.after.path, '..', `${this.after.path.split('/').pop()}-second`);
    disk.model.writeAfterCut(damage, random, shown);
    rmSync(this.after.path, { recursive: true });
    cpSync(shown, this.after.path, { recursive: true });
    rmSync(shown, { recursive: true });
  }

  private async open<T>(look: (store: VectorStore) => Promise<T>): Promise<T> {
    const store = await openStore(this.after.path, { disk: new SteadyDisk(), sealVectors: SMALL });
    try {
      return await look(store);
    } finally {
      await store.close();
    }
  }
}
