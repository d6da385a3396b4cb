import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExtractedTexts } from '../../../src/documents/originals/extracted-texts.js';
import { OriginalFiles } from '../../../src/documents/originals/original-files.js';
import { stageStream } from '../../../src/documents/upload/upload-storage.js';
import { Disk } from '../../../src/platform/index.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the files of documents', () => {
  let dataDir: string;
  let originals: OriginalFiles;
  let texts: ExtractedTexts;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hvs-files-'));
    originals = new OriginalFiles({ dataDir }, new Disk());
    texts = new ExtractedTexts({ dataDir }, new Disk());
    await originals.prepare(() => true);
    await texts.prepare(() => true);
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  const stage = (text: string) => stageStream([Buffer.from(text)], originals.temporaryFolder, (path) => originals.syncStaged(path));
  const listed = async (): Promise<string[]> =>
    (await readdir(join(dataDir, 'files'), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);

  it('moves a staged file to the place that its hash names', async () => {
    const file = await stage('one');
    expect(file).toMatchObject({ sizeBytes: 3, sha256: sha256('one') });
    await originals.place(file.path, file.sha256);
    expect(await readFile(originals.pathOf(file.sha256), 'utf8')).toBe('one');
    expect(await readdir(originals.temporaryFolder)).toEqual([]);
  });

  it('puts back an original that was cut', async () => {
    const file = await stage('whole');
    await originals.place(file.path, file.sha256);
    await writeFile(originals.pathOf(file.sha256), 'wh');
    expect(await originals.isWhole(file.sha256, 5)).toBe(false);
    expect(await originals.open(file.sha256, 5)).toBeNull();
    await originals.place((await stage('whole')).path, file.sha256);
    expect(await originals.isWhole(file.sha256, 5)).toBe(true);
  });

  it('lets nobody in between while a hash is locked, and others pass', async () => {
    const order: string[] = [];
    const slow = (name: string) => async () => {
      order.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} out`);
    };
    await Promise.all([
      originals.withLock('a', slow('first')),
      originals.withLock('a', slow('second')),
      originals.withLock('b', slow('other')),
    ]);
    expect(order.filter((step) => !step.startsWith('other'))).toEqual(['first in', 'first out', 'second in', 'second out']);
    expect(order.indexOf('other in')).toBeLessThan(order.indexOf('first out'));
  });

  it('goes on after a failure under the lock', async () => {
    await expect(originals.withLock('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await originals.withLock('a', () => Promise.resolve(7))).toBe(7);
  });

  it('removes at start what no document needs and keeps the rest', async () => {
    for (const text of ['kept', 'left over']) {
      const file = await stage(text);
      await originals.place(file.path, file.sha256);
    }
    const readable = { text: 'abc', pages: [{ page: 1, charStart: 0, charEnd: 3 }], headings: [] };
    await texts.write(1, 10, readable);
    await texts.write(1, 12, readable);
    await texts.write(2, 11, readable);
    await writeFile(join(dataDir, 'files', 'text', '1.13.json.tmp'), '{"te');
    await stage('half an upload');
    await mkdir(join(originals.temporaryFolder, 'folder'));

    await originals.prepare((hash) => hash === sha256('kept'));
    await texts.prepare((id, generation) => id === 1 && generation === 12);

    expect((await listed()).sort()).toEqual(['1.12.json', sha256('kept')].sort());
    expect(await readdir(originals.temporaryFolder)).toEqual([]);
    expect(await texts.read(1, 12)).toEqual(readable);
    expect(await texts.read(1, 10)).toBeNull();
  });

  it('leaves nothing of a stream that breaks', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(100_000);
      await Promise.reject(new Error('the line went dead'));
    }
    await expect(stageStream(broken(), originals.temporaryFolder, (path) => originals.syncStaged(path))).rejects.toThrow(
      'the line went dead',
    );
    expect(await readdir(originals.temporaryFolder)).toEqual([]);
  });

  it('keeps the first 64 KB of a staged file at hand, wherever its pieces end', async () => {
    const bytes = Buffer.alloc(200_000, 'abcdefg');
    const pieces = [bytes.subarray(0, 65_000), bytes.subarray(65_000, 66_000), bytes.subarray(66_000)];
    const file = await stageStream(pieces, originals.temporaryFolder, (path) => originals.syncStaged(path));
    expect(file.head.equals(bytes.subarray(0, 65_536))).toBe(true);
    expect(file.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});
