import { copyFileSync, mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { StopError } from '../../src/platform/index.js';
import { bytePositions } from '../support/byte-positions.js';
import { SteadyDisk } from '../support/faulty-disk.js';
import { addDocument, contentOf, openStore, reading, sealingDone, upload } from '../support/store-fixture.js';
import { makeQuickFolder, temporaryFolder } from '../support/temporary-folder.js';

/** Bytes of the journal that are damaged by default; HVS_DAMAGE=all by hand: all. */
const SAMPLE = 150;
const JOURNAL = 'journal-0000000001.log';

/** A store of five records: accept, save, accept, delete, patch; and what it shows after each. */
async function fiveRecords(): Promise<{ folder: string; contents: unknown[]; ends: number[] }> {
  const dataDir = temporaryFolder('damage');
  const folder = join(dataDir, 'store');
  const store = await openStore(dataDir);
  const contents: unknown[] = [];
  const ends: number[] = [];
  const note = async (): Promise<void> => {
    contents.push(await contentOf(store));
    ends.push(readFileSync(join(folder, JOURNAL)).length);
  };
  await note();
  const { document } = await store.acceptDocument(upload('a'));
  await note();
  await store.saveDocument(reading(document, ['x']));
  await note();
  const second = await store.acceptDocument(upload('b'));
  await note();
  await store.deleteDocument(second.document.id);
  await note();
  await store.patchDocument(document.id, { metadata: { k: 1 } });
  await note();
  await store.close();
  return { folder, contents, ends };
}

/** Opens a copy with this journal: what it shows, or the line that it stops with. */
async function openWith(folder: string, journal: Buffer): Promise<{ content: unknown } | { stop: string }> {
  const { path: dataDir, remove } = makeQuickFolder();
  mkdirSync(join(dataDir, 'store'));
  for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join(dataDir, 'store', name));
  writeFileSync(join(dataDir, 'store', JOURNAL), journal);
  try {
    const store = await openStore(dataDir, { disk: new SteadyDisk() });
    const content = await contentOf(store);
    await store.close();
    return { content };
  } catch (error) {
    if (!(error instanceof StopError)) throw error;
    return { stop: error.message };
  } finally {
    remove();
  }
}

describe('a journal of five records', () => {
  it('shows the whole records before the cut, or stops and names the file, at every truncation', async () => {
    const { folder, contents, ends } = await fiveRecords();
    const whole = readFileSync(join(folder, JOURNAL));
    for (const bytes of bytePositions(whole.length, SAMPLE)) {
      const result = await openWith(folder, whole.subarray(0, bytes));
      const records = ends.filter((end) => end <= bytes).length - 1;
      if (records < 0) expect(result).toEqual({ stop: expect.stringContaining(JOURNAL) });
      else expect(result).toEqual({ content: contents[records] });
    }
  });

  it('never shows a wrong record at any single flipped byte', async () => {
    const { folder, contents, ends } = await fiveRecords();
    const whole = readFileSync(join(folder, JOURNAL));
    const stops: number[] = [];
    const positions = bytePositions(whole.length, SAMPLE);
    for (const at of positions) {
      const flipped = Buffer.from(whole);
      flipped[at] ^= 1 << (at % 8);
      const result = await openWith(folder, flipped);
      if ('stop' in result) {
        expect(result.stop).toContain(JOURNAL);
        stops.push(at);
      } else expect(result.content).toEqual(contents[4]); // the last record reads as one that was never finished
    }
    expect(stops).toEqual(positions.filter((at) => at < ends[4]));
  });

  it('keeps what it cuts off aside', async () => {
    const { folder, ends } = await fiveRecords();
    truncateSync(join(folder, JOURNAL), ends[5] - 3);
    await (await openStore(join(folder, '..'))).close();
    const [aside] = readdirSync(join(folder, 'torn'));
    expect(readFileSync(join(folder, 'torn', aside)).length).toBe(ends[5] - 3 - ends[4]);
    expect(readFileSync(join(folder, JOURNAL)).length).toBe(ends[4]);
  });
});

describe('a store with segments', () => {
  async function sealed(): Promise<{ dataDir: string; folder: string; content: unknown }> {
    const dataDir = temporaryFolder('sealed');
    const store = await openStore(dataDir, { sealVectors: 4 });
    for (let n = 0; n < 9; n++) {
      await addDocument(store, `doc ${n}`, ['a', 'b']);
      await sealingDone(store);
    }
    await store.deleteDocument(2);
    await store.patchDocument(1, { metadata: { after: 'the seal' } });
    await store.deleteDocument(9);
    const content = await contentOf(store);
    await store.close();
    return { dataDir, folder: join(dataDir, 'store'), content };
  }
  const shows = async (dataDir: string): Promise<unknown> => {
    const store = await openStore(dataDir, { sealVectors: 4 });
    const content = await contentOf(store);
    await store.close();
    return content;
  };

  it('brings back neither what died nor what was patched after its segment was sealed', async () => {
    const { dataDir, content } = await sealed();
    for (let n = 0; n < 3; n++) expect(await shows(dataDir)).toEqual(content);
  });

  it('answers the same from the journal alone, when a segment is damaged or missing', async () => {
    for (const part of ['vectors', 'rows', 'texts', 'documents'])
      for (const damage of ['flip', 'cut', 'remove']) {
        const { dataDir, folder, content } = await sealed();
        const path = join(folder, `segment-0000000001.${part}`);
        const bytes = readFileSync(path);
        if (damage === 'remove') rmSync(path);
        else if (damage === 'cut') truncateSync(path, bytes.length - 1);
        else {
          bytes[bytes.length >> 1] ^= 1;
          writeFileSync(path, bytes);
        }
        expect(await shows(dataDir)).toEqual(content);
      }
  });

  it('serves the older manifest when the newest is damaged, and puts that one aside', async () => {
    const { dataDir, folder, content } = await sealed();
    const newest = readdirSync(folder)
      .filter((name) => name.startsWith('manifest'))
      .at(-1)!;
    truncateSync(join(folder, newest), 20);
    expect(await shows(dataDir)).toEqual(content);
    expect(readdirSync(join(folder, 'quarantine'))[0]).toContain(newest);
  });

  it('stops and names the file when a journal file that it needs is missing', async () => {
    const journals = readdirSync((await sealed()).folder).filter((name) => name.startsWith('journal'));
    expect(journals.length).toBeGreaterThan(2);
    for (const missing of journals.slice(1)) {
      const { dataDir, folder } = await sealed();
      for (const name of readdirSync(folder)) if (name.startsWith('manifest')) rmSync(join(folder, name));
      rmSync(join(folder, missing));
      await expect(shows(dataDir)).rejects.toThrow(StopError);
    }
    const { dataDir, folder } = await sealed();
    rmSync(join(folder, journals.at(-1)!));
    await expect(shows(dataDir)).rejects.toThrow(new RegExp(`${journals.at(-1)} is missing`));
  });

  it('stops when a manifest of a newer format is there', async () => {
    const { crc32 } = await import('node:zlib');
    const { dataDir, folder } = await sealed();
    const json = Buffer.from('{"version":2}\n');
    writeFileSync(join(folder, 'manifest-0000009999.json'), Buffer.concat([json, Buffer.from(crc32(json).toString(16).padStart(8, '0'))]));
    await expect(shows(dataDir)).rejects.toThrow(/format 2.*newer program/);
  });
});
