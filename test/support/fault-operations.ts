/** What is under way when a fault comes, and the stores that it comes to. */
import { CopyingIndexBuilder } from './copying-index-builder.js';
import type { StoreFixtureOptions } from './store-fixture.js';
import type { StoreClient } from './store-client.js';

export interface FaultOperation {
  name: string;
  /** The store that it begins with: see `filled` and `layered`. */
  on: 'filled' | 'layered';
  options?: StoreFixtureOptions;
  run(client: StoreClient): Promise<unknown>;
}

/** Segments of a few rows: the next few vectors fill the tail. */
export const SMALL = 4;

/** Merges as soon as there are four small segments, graphs for what is merged, and a journal that is trimmed at once. */
export const merging = (): StoreFixtureOptions => ({
  sealVectors: SMALL,
  hnswVectors: 2 * SMALL,
  journalBytesMax: 1,
  builder: new CopyingIndexBuilder(),
});

const fills = (n: number): string[] => Array.from({ length: SMALL }, (_, at) => `fill ${n} ${at}`);

const writes: FaultOperation[] = [
  { name: 'accept', on: 'filled', run: (client) => client.accept('new') },
  { name: 'save', on: 'filled', run: (client) => client.save('queued', ['q 1', 'q 2']) },
  { name: 'fail', on: 'filled', run: (client) => client.fail('queued') },
  { name: 'replace', on: 'filled', run: (client) => client.replace('sealed', ['s new']) },
  { name: 'patch the title', on: 'filled', run: (client) => client.patch('sealed', { title: 'another' }) },
  { name: 'patch owner and metadata', on: 'filled', run: (client) => client.patch('owned', { ownerId: 'b', metadata: { a: 1 } }) },
  { name: 'delete vectors', on: 'filled', run: (client) => client.deleteVectors('sealed') },
  { name: 'delete', on: 'filled', run: (client) => client.delete('sealed') },
  { name: 'import', on: 'filled', run: (client) => client.import('imported', ['i 1', 'i 2', 'i 3']) },
  {
    name: 'five writes at once',
    on: 'filled',
    run: (client) =>
      Promise.all([
        client.accept('one', 'b'),
        client.import('two', ['2']),
        client.delete('in the tail'),
        client.patch('owned', { ownerId: null }),
        client.save('queued', ['q']),
      ]),
  },
];

const upkeep: FaultOperation[] = [
  { name: 'rotate and seal', on: 'filled', options: { sealVectors: SMALL }, run: (client) => client.import('fills', fills(1)) },
  {
    name: 'seal under writes',
    on: 'filled',
    options: { sealVectors: SMALL },
    run: (client) =>
      Promise.all([
        client.import('fills', fills(1)),
        client.delete('sealed'),
        client.replace('owned', ['o new']),
        client.import('again', fills(2)),
      ]),
  },
  {
    name: 'trim by what is copied',
    on: 'filled',
    run: async ({ store }) => void (await store.seal(), store.noteCopied(store.lastSequence)),
  },
  { name: 'seal, merge, trim', on: 'layered', options: merging(), run: (client) => client.import('fills', fills(1)) },
  {
    name: 'merge under writes',
    on: 'layered',
    options: merging(),
    run: (client) =>
      Promise.all([
        client.import('fills', fills(1)),
        client.delete('layer 0'),
        client.patch('layer 1', { ownerId: 'z', title: 'retitled' }),
        client.replace('layer 2', ['new in layer 2']),
        client.deleteVectors('kept'),
      ]),
  },
  { name: 'rewrite a segment of dead rows', on: 'layered', options: merging(), run: (client) => client.delete('kept') },
  { name: 'online rebuild', on: 'layered', options: merging(), run: (client) => rebuild(client) },
  {
    name: 'online rebuild under writes',
    on: 'layered',
    options: merging(),
    run: (client) =>
      Promise.all([rebuild(client), client.delete('layer 0'), client.patch('layer 1', { ownerId: 'z' }), client.import('new', ['n'])]),
  },
];

export const faultOperations: readonly FaultOperation[] = [...writes, ...upkeep];

/** From the store itself, as a database would give it. */
const rebuild = ({ store }: StoreClient): Promise<unknown> =>
  store.rebuild((documents) => Promise.all(documents.map(({ id }) => store.readContents(id)))).catch(() => undefined); // it is maintenance: nothing was promised, but that nothing changes

type Steps = (client: StoreClient) => (() => Promise<unknown>)[];

/** Segments and journal files, a tail, and what died or changed after its segment was sealed. */
const filled: Steps = (client) => [
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

/** Three segments of one tier: the next is merged with them. Before them a merged one, whose documents died and changed. */
const layered: Steps = (client) => [
  ...[1, 2, 3, 4].map((n) => () => client.import(`old ${n}`, [...fills(n), 'more'], n % 2 ? 'b' : null)),
  () => client.import('kept', ['k 1', 'k 2', 'k 3', 'k 4']),
  () => client.delete('old 1'),
  () => client.patch('old 2', { ownerId: 'b', metadata: { late: true } }),
  ...[0, 1].map((n) => () => client.import(`layer ${n}`, fills(10 + n), 'b')),
  () => client.replace('old 3', ['o 3 new']),
  () => client.import('layer 2', ['l 1', 'l 2']),
];

export const fillings = { filled, layered } as const;
