import { DocumentNotFoundError, type StoredDocument, type VectorStore } from '../../src/store/index.js';
import { Disk } from '../../src/platform/index.js';
import { CrashingDisk } from '../support/crashing-disk.js';
import { addDocument, contentOf, openStore, reading, sealingDone, upload, vectorOf } from '../support/store-fixture.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** What a client did and what it was told: each step adds to `acknowledged` only after its answer. */
interface Client {
  acknowledged: Map<string, string[]>;
  deleted: Set<string>;
  /** The one step that was under way when the process died: it may have happened or not. */
  underWay: string | null;
}

async function work(store: VectorStore, client: Client): Promise<void> {
  const documents = new Map<string, StoredDocument>();
  const step = async (what: string, act: () => Promise<void>): Promise<void> => {
    client.underWay = what;
    await act();
    client.underWay = null;
  };
  for (const name of ['one', 'two', 'three', 'four']) {
    await step(`accept ${name}`, async () => void documents.set(name, (await store.acceptDocument(upload(name))).document));
    await step(`save ${name}`, async () => {
      await store.saveDocument(reading(documents.get(name)!, [`${name} a`, `${name} b`]));
      client.acknowledged.set(name, [`${name} a`, `${name} b`]);
    });
  }
  await step('delete one', async () => {
    await store.deleteDocument(documents.get('one')!.id);
    client.acknowledged.delete('one');
    client.deleted.add('one');
  });
  await step('replace two', async () => {
    const again = await store.requeueDocument(documents.get('two')!.id);
    await store.saveDocument(reading(again, ['two new']));
    client.acknowledged.set('two', ['two new']);
  });
  for (const name of ['five', 'six', 'seven']) {
    await sealingDone(store);
    await addDocument(store, name, [`${name} a`, `${name} b`]);
  }
  await sealingDone(store);
}

/** Runs until the disk dies at a step, starts again on a sound disk, and looks. */
async function crashAt(diesAt: number, tearsWrites: boolean): Promise<{ steps: string[]; died: boolean }> {
  const dataDir = temporaryFolder('crash');
  const disk = new CrashingDisk(diesAt, tearsWrites);
  const client: Client = { acknowledged: new Map(), deleted: new Set(), underWay: null };
  try {
    // small seals: a save, a seal and its manifests all fall into the run
    const store = await openStore(dataDir, { disk, sealVectors: 4, onFatal: () => undefined });
    try {
      await work(store, client);
    } finally {
      await store.close().catch(() => undefined);
    }
  } catch {
    // the process died
  }
  const store = await openStore(dataDir, { sealVectors: 4 });
  try {
    await expectAcknowledged(store, client);
    const before = await contentOf(store);
    await store.close();
    const again = await openStore(dataDir, { sealVectors: 4 });
    expect(await contentOf(again)).toEqual(before);
    await addDocument(again, 'afterwards', ['still writable']);
    await again.close();
  } finally {
    await store.close();
  }
  return { steps: disk.steps, died: disk.hasDied };
}

async function expectAcknowledged(store: VectorStore, { acknowledged, deleted, underWay }: Client): Promise<void> {
  const found = (await store.search({ vector: vectorOf(1), topK: 1000 })).map(({ chunk }) => chunk.text);
  const textsOf = new Map<string, string[]>();
  for (const document of store.documents())
    textsOf.set(
      document.title,
      (await store.readChunks(document.id)).map(({ text }) => text),
    );
  for (const [name, texts] of acknowledged) {
    const mayBeGone = underWay === `delete ${name}`;
    const mayBeNew = underWay === `replace ${name}`;
    const stored = textsOf.get(name);
    if (mayBeGone && stored === undefined) continue;
    expect(mayBeNew ? [texts, [`${name} new`]] : [texts]).toContainEqual(stored);
  }
  for (const name of deleted) expect(textsOf.has(name)).toBe(false);
  expect(found.sort()).toEqual([...textsOf.values()].flat().sort());
}

describe('a crash', () => {
  it.each([false, true])(
    'at each write, fsync and rename leaves the acknowledged, and only that (torn writes: %s)',
    async (tearsWrites) => {
      const { steps } = await crashAt(Infinity, tearsWrites);
      for (const kind of [
        'write journal',
        'sync journal',
        'rename segment',
        'rename manifest',
        'rename journal',
        'sync-folder',
        'remove manifest',
      ])
        expect([kind, steps.filter((step) => step.startsWith(kind)).length > 0]).toEqual([kind, true]);
      let deaths = 0;
      for (let diesAt = 1; diesAt <= steps.length; diesAt++) if ((await crashAt(diesAt, tearsWrites)).died) deaths++;
      // seals run beside the client's work: now and then a run has fewer steps than the first one
      expect(deaths).toBeGreaterThan(steps.length * 0.8);
    },
  );

  it('of a write that is refused fails that write alone, and the next one is taken', async () => {
    class RefusingDisk extends Disk {
      refuses = false;
      protected override before(step: string): Promise<void> {
        return this.refuses && step === 'write'
          ? Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }))
          : Promise.resolve();
      }
    }
    const disk = new RefusingDisk();
    const dataDir = temporaryFolder('full');
    const store = await openStore(dataDir, { disk });
    const kept = await addDocument(store, 'kept', ['a']);
    disk.refuses = true;
    await expect(store.acceptDocument(upload('refused'))).rejects.toMatchObject({ code: 'STORAGE_FULL', status: 507 });
    await expect(store.deleteDocument(kept.id)).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(store.getDocument(kept.id).status).toBe('indexed');
    disk.refuses = false;
    const { document } = await store.acceptDocument(upload('taken'));
    await store.close();
    const again = await openStore(dataDir);
    expect([...again.documents()].map(({ id }) => id)).toEqual([kept.id, document.id]);
    expect(() => again.getDocument(99)).toThrow(DocumentNotFoundError);
    await again.close();
  });

  it('ends the process when an fsync fails, and answers nobody', async () => {
    class LyingDisk extends Disk {
      lies = false;
      protected override before(step: string): Promise<void> {
        return this.lies && step === 'sync' ? Promise.reject(Object.assign(new Error('I/O error'), { code: 'EIO' })) : Promise.resolve();
      }
    }
    const disk = new LyingDisk();
    const fatal: Error[] = [];
    const store = await openStore(temporaryFolder('lying'), { disk, onFatal: (error) => fatal.push(error) });
    disk.lies = true;
    const both = await Promise.allSettled([store.acceptDocument(upload('a')), store.acceptDocument(upload('b'))]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(fatal.map(({ message }) => message)).toEqual([
      expect.stringMatching(/could not make the journal durable.*I\/O error.*Look at the disk/),
    ]);
    disk.lies = false;
    await expect(store.acceptDocument(upload('c'))).rejects.toThrow(/could not make the journal durable/);
    await store.close();
  });
});
