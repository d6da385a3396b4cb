import { DocumentNotFoundError } from '../../src/store/index.js';
import { Disk } from '../../src/platform/index.js';
import { addDocument, openStore, upload } from '../support/store-fixture.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('a disk that refuses', () => {
  it('a write fails that write alone, and the next one is taken', async () => {
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

  it('an fsync ends the process, and answers nobody', async () => {
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
