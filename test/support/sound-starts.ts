import { jest } from '@jest/globals';
import type { VectorStore } from '../../src/store/index.js';
import { fillings, merging, SMALL } from './fault-operations.js';
import { SteadyDisk } from './faulty-disk.js';
import { StoreClient } from './store-client.js';
import { contentOf, openStore } from './store-fixture.js';
import { StorePromises } from './store-promises.js';

/** A store as it stands on a sound disk, and what it promised. */
export interface Prepared {
  dataDir: string;
  promises: StorePromises;
}

/** What the store does beside is done when nothing is left to do in these turns: no call of a steady disk waits for the machine. */
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

/** Starts on a sound disk: all that was promised is there, a second start shows the same, and the store is still writable. */
export async function lookAgain({ dataDir, promises }: Prepared): Promise<void> {
  const open = async <T>(look: (store: VectorStore) => Promise<T>): Promise<T> => {
    const store = await openStore(dataDir, { disk: new SteadyDisk(), sealVectors: SMALL });
    try {
      return await look(store);
    } finally {
      await store.close();
    }
  };
  try {
    const seen = await open(async (store) => {
      await promises.check(store);
      return contentOf(store);
    });
    await open(async (store) => {
      await promises.check(store);
      if (JSON.stringify(await contentOf(store)) !== JSON.stringify(seen)) promises.broken.push('the second start shows something else');
      if (!(await new StoreClient(store, promises).add('after the start', ['a', 'b', 'c', 'd', 'e'])))
        promises.broken.push('a write after the start was refused');
      await idle();
      await promises.check(store);
    });
    await open((store) => promises.check(store));
  } catch (error) {
    promises.broken.push(`the start failed: ${(error as Error).stack}`);
  }
}
