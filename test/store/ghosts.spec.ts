import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { merging, SMALL } from '../support/fault-operations.js';
import { StoreLife } from '../support/store-life.js';

/** Each stage of a segment's life, on top of those before it; the promises are checked after each. */
const stages: { name: string; reach: (life: StoreLife) => Promise<void> }[] = [
  { name: 'seal', reach: (life) => life.client.store.seal() },
  {
    name: 'merge',
    reach: async (life) => {
      const [old, changed] = segmentsOf(life);
      for (let n = 0; n < 4; n++) {
        await life.client.import(`more ${n}`, ['m 1', 'm 2', 'm 3', 'm 4']);
        await life.client.store.seal();
        await life.idle();
      }
      // what says that it changed is merged; the segment that it was in is left alone, unless too many of its rows are dead
      expect(segmentsOf(life)).not.toContain(changed);
      expect(segmentsOf(life)[0]).toBe(old);
    },
  },
  {
    name: 'trim of the journal',
    reach: async ({ client: { store }, idle }) => {
      store.noteCopied(store.lastSequence);
      await idle();
      expect(store.oldestSequence).toBeGreaterThan(5);
    },
  },
  { name: 'restart', reach: (life) => life.restart() },
  {
    name: 'recovery from the older manifest',
    reach: async (life) => {
      await life.client.delete('more 1');
      await life.client.store.seal();
      life.client.store.noteCopied(life.client.store.lastSequence);
      await life.idle();
      await life.client.store.close();
      damageNewestManifest(join(life.path, 'store'));
      await life.restart();
      expect(readdirSync(join(life.path, 'store/quarantine'))).toHaveLength(1);
    },
  },
];

const segmentsOf = ({ client }: StoreLife): string[] => client.store.statistics().segments.map(({ name }) => name);

function damageNewestManifest(folder: string): void {
  const newest = readdirSync(folder)
    .filter((name) => name.startsWith('manifest'))
    .at(-1)!;
  const bytes = readFileSync(join(folder, newest));
  bytes[10] ^= 1;
  writeFileSync(join(folder, newest), bytes);
}

describe('what happened to a document after its segment was sealed', () => {
  const changes: Record<string, (life: StoreLife) => Promise<unknown>> = {
    'a delete': ({ client }) => client.delete('old'),
    'a delete of its vectors': ({ client }) => client.deleteVectors('old'),
    'a new version': ({ client }) => client.replace('old', ['new']),
    'a new title': async ({ client }) => (await client.patch('old', { title: 'new title' })) && client.save('old', ['retitled']),
    'a new owner': ({ client }) => client.patch('old', { ownerId: 'a', metadata: { moved: true } }),
    'a delete and another document of the same bytes': async ({ client }) => (await client.delete('old')) && client.add('old', ['again']),
    'a new owner, a delete of the vectors, a new version and a delete': async ({ client }) => {
      await client.patch('old', { ownerId: 'a' });
      await client.deleteVectors('old');
      await client.replace('old', ['newer']);
      await client.delete('old');
    },
  };

  it.each(Object.keys(changes))('stays so through seal, merge, trim, restart and recovery from the older manifest: %s', async (change) => {
    const life = await StoreLife.begin(() => ({ ...merging(), journalBytesMax: Infinity }));
    const beside = Array.from({ length: 5 * SMALL }, (_, n) => `b ${n}`);
    // of one batch, so of one segment, which is too large to be merged with what comes
    await Promise.all([life.client.import('old', ['o 1', 'o 2', 'o 3', 'o 4'], 'b'), life.client.import('beside', beside, 'b')]);
    await life.client.store.seal();
    await life.idle();
    await changes[change](life);
    await life.client.store.seal();
    await life.check();
    for (const { reach } of stages) {
      await reach(life);
      await life.check();
    }
    await life.end();
  });
});

describe('a store with little or nothing in it', () => {
  const lives: Record<string, (life: StoreLife) => Promise<unknown>> = {
    'no vectors at all': ({ client }) => client.accept('only queued'),
    'nothing, and a seal of it': () => Promise.resolve(),
    'one vector': ({ client }) => client.import('one', ['1']),
    'vectors that are all equal': async ({ client }) => {
      for (let n = 0; n < 5; n++) await client.import(`equal ${n}`, Array<string>(SMALL).fill('the same'));
    },
    'a segment whose every row is dead': async ({ client }) => {
      await client.import('dies', ['d 1', 'd 2', 'd 3', 'd 4']);
      await client.store.seal();
      await client.delete('dies');
    },
    'segments whose every row is dead': async ({ client }) => {
      for (let n = 0; n < 5; n++) {
        await client.import(`dies ${n}`, ['d 1', 'd 2', 'd 3', 'd 4']);
        await client.store.seal();
      }
      for (let n = 0; n < 5; n++) await client.delete(`dies ${n}`);
    },
  };

  it.each(Object.keys(lives))('shows just that, sealed, merged, rebuilt, restarted and after a cut: %s', async (what) => {
    const life = await StoreLife.begin(merging);
    await lives[what](life);
    for (const step of [
      () => life.client.store.seal(),
      () => life.idle(),
      () => life.search(1),
      () => life.rebuild(),
      () => life.restart(),
      () => life.cut('dropped', 1),
    ]) {
      await step();
      await life.check();
    }
    await life.end();
  });
});

it('loses no record when a seal follows a crash between the new journal file and the manifest', async () => {
  const life = await StoreLife.begin(merging);
  life.disk.plant('cut', 14);
  await life.client.import('fills the tail', ['1', '2', '3', '4']);
  await life.idle();
  expect(life.disk.log.at(-1)).toMatchObject({ kind: 'write', path: expect.stringContaining('journal-0000000001') as string }); // its footer
  await life.cut('dropped', 1);
  await life.rebuild(); // seals, and makes a second manifest: the journal is trimmed up to the seal
  await life.client.import('after', ['a']);
  await life.cut('dropped', 1);
  expect([...life.client.store.documents()].map(({ filename }) => filename)).toEqual(['fills the tail.txt', 'after.txt']);
  await life.end();
});
