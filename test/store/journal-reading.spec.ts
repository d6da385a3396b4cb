import type { JournalRecord, VectorStore } from '../../src/store/index.js';
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
});
