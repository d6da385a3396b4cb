import { createHash } from 'node:crypto';
import { StorageFullError } from '../../../src/store/index.js';
import { SteeredDocuments } from './steered-documents.js';

describe('originals of documents that come and go', () => {
  let ingestion: SteeredDocuments;

  beforeEach(async () => {
    ingestion = await SteeredDocuments.open();
  });
  afterEach(() => ingestion.close());

  it('shares one original between owners, and removes it with the last', async () => {
    const mine = await ingestion.accept('shared', 'me');
    const yours = await ingestion.accept('shared', 'you');
    const again = await ingestion.accept('shared', 'me');
    expect(again.id).toBe(mine.id);
    expect(mine.id).not.toBe(yours.id);
    const hash = createHash('sha256').update('shared').digest('hex');
    expect(ingestion.filesOf('')).toEqual([hash]);
    await ingestion.documents.delete(mine.id);
    expect(ingestion.filesOf('')).toEqual([hash]);
    await ingestion.documents.delete(yours.id);
    expect(ingestion.filesOf('')).toEqual([]);
  });

  it('keeps the original whatever order uploads and deletes of the same bytes come in', async () => {
    for (let round = 0; round < 20; round++) {
      const first = await ingestion.accept('contested', 'me');
      const [second] = await Promise.all([
        ingestion.accept('contested', 'you'),
        ingestion.documents.delete(first.id),
        ingestion.accept('contested', 'me'),
      ]);
      const left = [...ingestion.store.documents()];
      expect(await ingestion.originals.isWhole(second.sha256, second.sizeBytes)).toBe(left.length > 0);
      for (const { id } of left) await ingestion.documents.delete(id);
      expect(ingestion.filesOf('')).toEqual([]);
    }
  });

  it('makes one document of the same file uploaded twice at once', async () => {
    const accepted = await Promise.all(Array.from({ length: 8 }, () => ingestion.accept('twice', 'me')));
    expect(new Set(accepted.map(({ id }) => id)).size).toBe(1);
    expect([...ingestion.store.documents()]).toHaveLength(1);
  });

  it('leaves no original behind when the store refuses the document', async () => {
    ingestion.store.acceptDocument = () => Promise.reject(new StorageFullError('journal', new Error('ENOSPC')));
    await expect(ingestion.accept('no room')).rejects.toMatchObject({ code: 'STORAGE_FULL' });
    expect(ingestion.filesOf('')).toEqual([]);
  });
});
