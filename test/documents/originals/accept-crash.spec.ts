import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DocumentsService } from '../../../src/documents/documents.service.js';
import { ExtractedTexts } from '../../../src/documents/originals/extracted-texts.js';
import { OriginalFiles } from '../../../src/documents/originals/original-files.js';
import { stageStream } from '../../../src/documents/upload/upload-storage.js';
import { Disk } from '../../../src/platform/index.js';
import type { VectorStore } from '../../../src/store/index.js';
import { CrashingDisk } from '../../support/crashing-disk.js';
import { openStore } from '../../support/store-fixture.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

interface Parts {
  originals: OriginalFiles;
  documents: DocumentsService;
}

async function start(store: VectorStore, dataDir: string, disk: Disk): Promise<Parts> {
  const originals = new OriginalFiles({ dataDir }, disk);
  const texts = new ExtractedTexts({ dataDir }, disk);
  await originals.prepare((sha256) => store.hasContent(sha256));
  await texts.prepare((id, generation) => store.findDocument(id)?.textGeneration === generation);
  return { originals, documents: new DocumentsService(store, originals, texts) };
}

async function accept({ originals, documents }: Parts, text: string): Promise<number> {
  const file = await stageStream([Buffer.from(text)], originals.temporaryFolder, (path) => originals.syncStaged(path));
  const labels = { ownerId: null, title: null, provisionalTitle: text, filename: 'a.txt', mimeType: 'text/plain', metadata: {} };
  return (await documents.accept(file, labels)).document.id;
}

const originalsIn = (dataDir: string): string[] =>
  readdirSync(join(dataDir, 'files'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

/** Steps of an upload, a delete and another upload, of which one after the other is the last that the process takes. */
async function live(dataDir: string, disk: Disk): Promise<{ acknowledged: Set<number>; deleted: Set<number> }> {
  const acknowledged = new Set<number>();
  const deleted = new Set<number>();
  const store = await openStore(dataDir);
  try {
    const parts = await start(store, dataDir, disk);
    for (const text of ['one', 'two']) acknowledged.add(await accept(parts, text));
    const [first] = acknowledged;
    await parts.documents.delete(first);
    deleted.add(first);
    acknowledged.add(await accept(parts, 'one'));
  } catch (error) {
    expect((error as Error).message).toMatch('the process is dead');
  } finally {
    await store.close();
  }
  return { acknowledged, deleted };
}

describe('a process that dies between the files and the journal', () => {
  it('leaves each acknowledged document with its original, and no original besides, wherever it dies', async () => {
    let steps = 0;
    for (let diesAt = 1; diesAt <= steps + 1; diesAt++) {
      const dataDir = temporaryFolder('accept-crash');
      const disk = new CrashingDisk(diesAt, false);
      const { acknowledged, deleted } = await live(dataDir, disk);
      steps = Math.max(steps, disk.steps.length);

      const store = await openStore(dataDir);
      const { originals } = await start(store, dataDir, new Disk());
      const documents = [...store.documents()];
      const ids = documents.map((document) => document.id);
      for (const id of acknowledged) expect(ids.includes(id)).toBe(!deleted.has(id));
      for (const { sha256, sizeBytes } of documents) expect(await originals.isWhole(sha256, sizeBytes)).toBe(true);
      expect(originalsIn(dataDir)).toEqual(documents.map(({ sha256 }) => sha256).sort());
      expect(readdirSync(join(dataDir, 'tmp'))).toEqual([]);
      await store.close();
    }
    expect(steps).toBeGreaterThan(8);
  });
});
