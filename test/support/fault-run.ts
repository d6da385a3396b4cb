/** One life of a store with one fault in it, and what a sound disk shows of it afterwards. */
import { jest } from '@jest/globals';
import { cpSync } from 'node:fs';
import type { VectorStore } from '../../src/store/index.js';
import type { Damage } from './durability-model.js';
import { SMALL, type FaultOperation } from './fault-operations.js';
import { FaultyDisk, type Call, type FaultKind } from './faulty-disk.js';
import { idle, lookAgain, type Prepared } from './sound-starts.js';
import { StoreClient } from './store-client.js';
import { openStore } from './store-fixture.js';
import type { StorePromises } from './store-promises.js';
import { makeQuickFolder } from './temporary-folder.js';

export interface PlannedFault {
  kind: FaultKind;
  /** Of the calls that are made from the moment at which it is planted, from 1. */
  call: number;
  damage: Damage;
}

/** The calls of an operation that nothing disturbs. */
export async function callsOf(prepared: Prepared, operation: FaultOperation): Promise<Call[]> {
  const life = await Life.begin(prepared, operation);
  const before = life.disk.log.length;
  await life.work(operation);
  await life.end();
  life.folder.remove();
  return life.disk.log.slice(before);
}

/** @returns what was promised and is not so */
export async function runWithFault(
  prepared: Prepared,
  operation: FaultOperation,
  fault: PlannedFault,
  random: () => number,
): Promise<string[]> {
  const shown = makeQuickFolder();
  const promises = await runToItsEnd(prepared, operation, fault, random, shown.path);
  await lookAgain({ dataDir: shown.path, promises });
  shown.remove();
  return promises.broken;
}

/** What stands on the disk after the fault and a cut is written into the folder `shown`. */
export async function runToItsEnd(
  prepared: Prepared,
  operation: FaultOperation,
  fault: PlannedFault,
  random: () => number,
  shown: string,
): Promise<StorePromises> {
  const life = await Life.begin(prepared, operation);
  const { disk, promises, folder } = life;
  const first = disk.log.length;
  disk.plant(fault.kind, fault.call);
  await life.work(operation);
  const call = disk.log[first + fault.call - 1] as Call | undefined;
  if (call) judge(disk, promises, call, fault.kind, disk.log.slice(first + fault.call));
  if (!disk.isDark) await life.goOn();
  await life.end();
  disk.model.writeAfterCut(fault.damage, random, shown);
  folder.remove();
  return promises;
}

/** Whether the process ended exactly when it must. @param later calls after the one that failed */
function judge(disk: FaultyDisk, promises: StorePromises, { kind, path }: Call, fault: FaultKind, later: readonly Call[]): void {
  const isFsync = kind === 'fsync' || kind === 'folder fsync';
  if (isFsync && !disk.isDark) promises.broken.push(`an fsync of ${path} failed, and the process went on`);
  if (!isFsync && (fault === 'once' || fault === 'full') && disk.isDark)
    promises.broken.push(`${kind} of ${path} failed, and the process ended`);
  if (isFsync && later.some((call) => call.kind === kind && call.path === path))
    promises.broken.push(`an fsync of ${path} failed, and was tried again`);
}

/** A start with a fault in it: it ends with an error, or shows all. @returns false when it made fewer calls than that */
export async function startWithFault(prepared: Prepared, fault: PlannedFault, random: () => number, shown: string): Promise<boolean> {
  const { dataDir, promises } = prepared;
  const disk = new FaultyDisk(dataDir);
  disk.plant(fault.kind, fault.call);
  const onFatal = (): void => disk.goDark();
  const store = await openStore(dataDir, { disk, sealVectors: SMALL, onFatal }).catch(() => null);
  const call = disk.log[fault.call - 1] as Call | undefined;
  if (store) {
    if (!disk.isDark) await promises.check(store);
    const closed = store.close().catch(() => undefined);
    await jest.advanceTimersByTimeAsync(200);
    await closed;
  }
  if (call?.kind.endsWith('fsync') && fault.kind !== 'full' && store && !disk.isDark)
    promises.broken.push(`an fsync of ${call.path} failed, and the start went on`);
  disk.model.writeAfterCut(fault.damage, random, shown);
  return call !== undefined;
}

class Life {
  private constructor(
    readonly folder: ReturnType<typeof makeQuickFolder>,
    readonly disk: FaultyDisk,
    readonly client: StoreClient,
    readonly promises: StorePromises,
  ) {}

  static async begin({ dataDir, promises }: Prepared, operation: FaultOperation): Promise<Life> {
    const folder = makeQuickFolder();
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
    const done = (): void => void (isDone = true);
    void operation.run(this.client).then(done, done);
    await idle();
    if (isDone || this.disk.isDark) return;
    await jest.advanceTimersByTimeAsync(11_000);
    await idle();
    if (!isDone && this.disk.isSound) this.promises.broken.push('the operation never came to an end');
  }

  /** The disk is sound again: what was acknowledged is there, what comes is taken, and what was put off is done. */
  async goOn(): Promise<void> {
    await this.promises.check(this.store);
    this.disk.mend();
    if (!(await this.client.add('after the fault', ['still', 'writable']))) this.promises.broken.push('the next write was refused');
    if (this.store.statistics().putOff.length > 0) await jest.advanceTimersByTimeAsync(11_000);
    await idle();
    await this.client.import('after the wait', ['w 1', 'w 2']);
    await this.store.seal();
    await idle();
    await this.promises.check(this.store);
    const { putOff } = this.store.statistics();
    if (putOff.length > 0) this.promises.broken.push(`was never made up for: ${putOff.join()}`);
  }

  async end(): Promise<void> {
    const closed = this.store.close().catch(() => undefined);
    await jest.advanceTimersByTimeAsync(200); // a seal that waits to be tried again gives up
    await closed;
  }
}
