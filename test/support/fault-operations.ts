import type { StoreFixtureOptions } from './store-fixture.js';
import type { StoreClient } from './store-client.js';

/** What is under way when the fault comes, on a store that has segments, a tail, and dead rows in both. */
export interface FaultOperation {
  name: string;
  options?: StoreFixtureOptions;
  run(client: StoreClient): Promise<unknown>;
}

/** Segments of a few rows: the next two vectors fill the tail. */
export const SMALL = 4;

export const faultOperations: readonly FaultOperation[] = [
  { name: 'accept', run: (client) => client.accept('new') },
  { name: 'save', run: (client) => client.save('queued', ['q 1', 'q 2']) },
  { name: 'fail', run: (client) => client.fail('queued') },
  { name: 'replace', run: (client) => client.replace('sealed', ['s new']) },
  { name: 'patch the title', run: (client) => client.patch('sealed', { title: 'another' }) },
  { name: 'patch owner and metadata', run: (client) => client.patch('owned', { ownerId: 'b', metadata: { a: 1 } }) },
  { name: 'delete vectors', run: (client) => client.deleteVectors('sealed') },
  { name: 'delete', run: (client) => client.delete('sealed') },
  { name: 'import', run: (client) => client.import('imported', ['i 1', 'i 2', 'i 3']) },
  {
    name: 'many at once',
    run: (client) =>
      Promise.all([
        client.accept('one', 'b'),
        client.import('two', ['2']),
        client.delete('in the tail'),
        client.patch('owned', { ownerId: null }),
        client.save('queued', ['q']),
      ]),
  },
  { name: 'save and seal', options: { sealVectors: SMALL }, run: (client) => client.import('fills', ['f 1', 'f 2', 'f 3']) },
  {
    name: 'seal under writes',
    options: { sealVectors: SMALL },
    run: (client) =>
      Promise.all([
        client.import('fills', ['f 1', 'f 2', 'f 3', 'f 4']),
        client.delete('sealed'),
        client.replace('owned', ['o new']),
        client.import('again', ['a 1', 'a 2', 'a 3', 'a 4']),
      ]),
  },
];

/** Fills a store with what the operations need: its own segments and journal files, deaths and changes after each seal. */
export async function fill(client: StoreClient, idle: () => Promise<void>): Promise<void> {
  const steps: (() => Promise<unknown>)[] = [
    () => client.add('sealed', ['s 1', 's 2'], 'b'),
    () => client.add('dead', ['d 1', 'd 2']),
    () => client.delete('dead'),
    () => client.add('owned', ['o 1', 'o 2']),
    () => client.add('replaced', ['r 1', 'r 2']),
    () => client.patch('owned', { ownerId: 'c', metadata: { k: ['v'] } }),
    () => client.replace('replaced', ['r new']),
    () => client.add('emptied', ['e 1', 'e 2', 'e 3']),
    () => client.deleteVectors('emptied'),
    () => client.accept('failed'),
    () => client.fail('failed'),
    () => client.accept('queued'),
    () => client.add('in the tail', ['t 1'], 'b'),
    () => client.add('dead in the tail', ['dt']),
    () => client.delete('dead in the tail'),
  ];
  for (const step of steps) {
    await step();
    await idle();
  }
}

