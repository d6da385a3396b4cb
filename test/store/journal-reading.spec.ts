import { setTimeout as sleep } from 'node:timers/promises';
import { Disk } from '../../src/platform/index.js';
import { RecordsTrimmedError, type JournalRecord, type VectorStore } from '../../src/store/index.js';
import { addDocument, openStore } from '../support/store-fixture.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const sealVectors = 2;

describe('reading the journal back', () => {
  let dataDir: string;
  let store: VectorStore;

  beforeEach(async () => {
    dataDir = temporaryFolder('journal');
    store = await openStore(dataDir, { sealVectors });
    for (let n = 0; n < 7; n++) await addDocument(store, `document ${n}`, ['a', 'b']);
    await store.close();
    store = await openStore(dataDir, { sealVectors });
  });
  afterEach(() => store.close());

  const readAll = async (recordsMax: number): Promise<JournalRecord[]> => {
    const records: JournalRecord[] = [];
    while (records.length < store.lastSequence)
      records.push(...(await store.readRecords(records.length, { recordsMax, bytesMax: 1_000_000 })));
    return records;
  };

  it.each([1, 2, 3, 1000])(
    'gives every record after a restart, across the files that seals have closed, %i at a time',
    async (recordsMax) => {
      expect(store.statistics().journal.files).toBeGreaterThan(1);
      const records = await readAll(recordsMax);
      expect(records.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 14 }, (_, n) => n + 1));
      expect(records.map(({ kind }) => kind)).toEqual(Array.from({ length: 14 }, (_, n) => (n % 2 === 0 ? 'accept' : 'save')));
    },
  );

  it('says that records are gone, not that a file is missing, in the moment in which they are trimmed', async () => {
    await store.close();
    const disk = new PausingDisk();
    store = await openStore(dataDir, { sealVectors, disk });
    for (let n = 0; n < 3 && disk.pausedAt === null; n++) {
      await addDocument(store, `later ${n}`, ['a', 'b']);
      await store.seal();
      store.noteCopied(store.lastSequence);
      for (let tries = 0; tries < 50 && disk.pausedAt === null; tries++) await sleep(10);
    }
    expect(disk.pausedAt).toMatch(/journal-\d+\.log$/);
    const read = store.readRecords(0, { recordsMax: 1, bytesMax: 1_000_000 });
    await expect(read.finally(disk.goOn)).rejects.toThrow(RecordsTrimmedError);
  });
});

/** Waits, once, behind the removal of a journal file. */
class PausingDisk extends Disk {
  pausedAt: string | null = null;
  goOn = (): void => undefined;

  override async remove(path: string): Promise<void> {
    await super.remove(path);
    if (this.pausedAt !== null || !path.endsWith('.log')) return;
    this.pausedAt = path;
    await new Promise<void>((resolve) => (this.goOn = resolve));
  }
}
