import { jest } from '@jest/globals';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { ExtractedTexts } from '../../src/documents/originals/extracted-texts.js';
import { OriginalFiles } from '../../src/documents/originals/original-files.js';
import { Disk, freeSpace, StopError, StrictDisk, type DiskStep } from '../../src/platform/index.js';
import { storageHealth } from '../../src/store/storage-health.js';
import { ServerProcess } from '../support/server-process.js';
import { SmallDisk } from '../support/small-disk.js';
import { addDocument, openStore, sealingDone } from '../support/store-fixture.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const MEBIBYTE = 1024 * 1024;

/** Every file of the store with its bytes: what a refused start must leave as it was. */
function bytesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(names.map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name)).toString('hex')]));
}

/** A store of some documents, with a segment and a manifest, closed. */
async function closedStore(): Promise<{ dataDir: string; folder: string }> {
  const dataDir = temporaryFolder('guards');
  const store = await openStore(dataDir, { sealVectors: 4 });
  for (let n = 0; n < 4; n++) await addDocument(store, `document ${n}`, ['one', 'two']);
  await sealingDone(store);
  await store.close();
  return { dataDir, folder: join(dataDir, 'store') };
}

const newest = (folder: string, pattern: RegExp): string =>
  join(
    folder,
    readdirSync(folder)
      .filter((name) => pattern.test(name))
      .sort()
      .at(-1)!,
  );

describe('A start on a store that is not for this program', () => {
  it('ends when a newer program wrote the manifest, and changes nothing', async () => {
    const { dataDir, folder } = await closedStore();
    const path = newest(folder, /^manifest-/);
    const manifest = JSON.parse(readFileSync(path).subarray(0, -8).toString()) as { version: number };
    const json = Buffer.from(JSON.stringify({ ...manifest, version: manifest.version + 1 }));
    writeFileSync(path, Buffer.concat([json, Buffer.from(crc32(json).toString(16).padStart(8, '0'))]));
    await refuses(dataDir, folder, new RegExp(`^${path} has format ${manifest.version + 1}, .* Start the newer program that wrote it\\.$`));
  });

  it('ends when a newer program wrote the journal, and changes nothing', async () => {
    const { dataDir, folder } = await closedStore();
    const path = newest(folder, /^journal-/);
    const data = readFileSync(path);
    const end = 12 + data.readUInt32LE(8);
    const header = data.toString('utf8', 12, end);
    data.write(header.replace(/"version":\d/, '"version":9'), 12);
    data.writeUInt32LE(crc32(data.subarray(0, end)), end);
    writeFileSync(path, data);
    await refuses(dataDir, folder, new RegExp(`^The journal file ${path} has format 9, .* Start the newer program that wrote it\\.$`));
  });

  it('ends when it holds the vectors of another model, names both, and changes nothing', async () => {
    const { dataDir, folder } = await closedStore();
    const open = () => openStore(dataDir, { embeddingModel: 'another-model' });
    await refuses(dataDir, folder, /test-model.*EMBEDDING_MODEL=another-model.*Set EMBEDDING_MODEL=test-model/s, open);
  });

  async function refuses(dataDir: string, folder: string, line: RegExp, open = () => openStore(dataDir)): Promise<void> {
    const before = bytesOf(folder);
    const refusal = await open().then(
      (store) => store.close().then(() => new Error('it was opened')),
      (error: unknown) => error as Error,
    );
    expect(refusal.message).toMatch(line);
    expect(refusal).toBeInstanceOf(StopError);
    expect(bytesOf(folder)).toEqual(before);
  }
});

/** A disk that has no room for anything new under `torn/`. */
class FullDisk extends Disk {
  protected override before(step: DiskStep, path: string): Promise<void> {
    if (step !== 'write' || !path.includes('/torn/')) return Promise.resolve();
    return Promise.reject(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }));
  }
}

describe('A start on a full disk', () => {
  it('opens a store whose journal was torn by it, though the torn end can be kept nowhere', async () => {
    const { dataDir, folder } = await closedStore();
    const path = newest(folder, /^journal-/);
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from('half a record')]));
    const store = await openStore(dataDir, { disk: new FullDisk() });
    expect([...store.documents()].map(({ title }) => title)).toEqual(['document 0', 'document 1', 'document 2', 'document 3']);
    await addDocument(store, 'one more', ['text']);
    await store.close();
    const again = await openStore(dataDir);
    expect([...again.documents()]).toHaveLength(5);
    await again.close();
  });
});

describe('A clock that goes back', () => {
  afterEach(() => jest.restoreAllMocks());

  it('makes no document older than one before it, nor than it was itself, over a restart too', async () => {
    const clock = jest.spyOn(Date, 'now');
    const at = (time: string): unknown => clock.mockImplementation(() => Date.parse(time));
    const dataDir = temporaryFolder('clock');
    at('2031-05-05T12:00:00.000Z');
    let store = await openStore(dataDir);
    const { id } = await addDocument(store, 'first', ['text']);
    at('2026-01-01T00:00:00.000Z');
    expect((await store.patchDocument(id, { metadata: { seen: true } })).updatedAt >= '2031-05-05T12:00:00.000Z').toBe(true);
    await store.close();
    store = await openStore(dataDir);
    const second = await addDocument(store, 'second', ['text']);
    const patched = await store.patchDocument(id, { metadata: { seen: 'again' } });
    for (const time of [second.createdAt, second.updatedAt, patched.updatedAt]) expect(time >= '2031-05-05T12:00:00.000Z').toBe(true);
    expect(patched.createdAt).toBe('2031-05-05T12:00:00.000Z');
    await store.close();
  });
});

/** A disk on which one kind of step fails as a dying disk's does. */
class DyingDisk extends StrictDisk {
  readonly tried: string[] = [];

  constructor(
    private readonly failing: DiskStep,
    stop: (reason: StopError) => void,
  ) {
    super(stop);
  }

  protected override before(step: DiskStep, path: string): Promise<void> {
    if (step !== this.failing) return Promise.resolve();
    this.tried.push(path);
    return Promise.reject(Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' }));
  }
}

describe('An fsync that fails', () => {
  it.each([
    ['of an upload', 'sync', (originals: OriginalFiles, staged: string) => originals.syncStaged(staged)],
    ['of the folder of an original', 'sync-folder', (originals: OriginalFiles, staged: string) => originals.place(staged, 'ab'.repeat(32))],
    [
      'of an extracted text',
      'sync',
      (_: OriginalFiles, __: string, texts: ExtractedTexts) => texts.write(1, 2, { text: 'a', pages: [], headings: [] }),
    ],
  ] as const)('%s ends the process, says which file, and is not tried again', async (_what, step, act) => {
    const stops: string[] = [];
    const dataDir = temporaryFolder('fsync');
    mkdirSync(join(dataDir, 'files/text'), { recursive: true });
    const staged = join(dataDir, 'staged.upload');
    writeFileSync(staged, 'bytes');
    const disk = new DyingDisk(step, (reason) => void stops.push(reason.message));
    await expect(act(new OriginalFiles({ dataDir }, disk), staged, new ExtractedTexts({ dataDir }, disk))).rejects.toThrow(/EIO/);
    expect(disk.tried).toHaveLength(1);
    expect(stops).toEqual([
      expect.stringMatching(/^Cannot sync.* \/.*EIO: i\/o error, fsync\. What was acknowledged is safe\. Look at the disk/),
    ]);
  });
});

describe('The health of the storage', () => {
  it('names what was found damaged and put aside', async () => {
    const { dataDir, folder } = await closedStore();
    expect(storageHealth(dataDir)).toMatchObject({ quarantined: [], torn: 0 });
    const path = newest(folder, /^manifest-/);
    const data = readFileSync(path);
    data[10] ^= 1;
    writeFileSync(path, data);
    await (await openStore(dataDir)).close();
    expect(storageHealth(dataDir)).toMatchObject({
      status: 'degraded',
      detail: expect.stringMatching(/damaged files were put aside in store\/quarantine/),
      quarantined: expect.arrayContaining([expect.stringMatching(/^manifest-/)]),
    });
  });
});

const small = SmallDisk.mount(256);
(small ? describe : describe.skip)('A disk of its own', () => {
  afterAll(() => small?.unmount());

  it('is scarce when little of it is free', () => {
    expect(freeSpace(small!.path)).toEqual({ freeBytes: 256 * MEBIBYTE, isScarce: false });
    writeFileSync(join(small!.path, 'filler'), Buffer.alloc(200 * MEBIBYTE));
    expect(freeSpace(small!.path)).toEqual({ freeBytes: 56 * MEBIBYTE, isScarce: true });
  });

  it('that is read-only ends the start with one line that names it', async () => {
    small!.remount('ro');
    const server = ServerProcess.spawn({ DATA_DIR: join(small!.path, 'data') });
    expect(await server.ended()).toBe(1);
    expect(server.errors.trim()).toMatch(
      /^DATA_DIR=\/.*\/data cannot be written \(EROFS[^\n]*Set|^DATA_DIR=\/.*\/data cannot be written \(EROFS[^\n]*$/,
    );
    small!.remount('rw');
  });
});
