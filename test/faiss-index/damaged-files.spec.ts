import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IndexFileError, WorkerFaissIndex } from '../../src/faiss-index/index.js';
import { randomVectors } from './naive-index.js';

describe('an index file', () => {
  const rows = 20;
  const dimension = 8;
  const folder = mkdtempSync(join(tmpdir(), 'hvs-faiss-'));
  const sound = join(folder, 'sound.faiss');
  const damaged = join(folder, 'damaged.faiss');
  const vectors = randomVectors(rows, dimension);
  let faiss: WorkerFaissIndex;

  beforeAll(async () => {
    faiss = new WorkerFaissIndex();
    const index = await faiss.create(dimension);
    await faiss.add(index, vectors);
    await faiss.write(index, sound);
  });
  beforeEach(() => copyFileSync(sound, damaged));
  afterAll(async () => {
    await faiss.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const expectRefused = async (path = damaged, rowsAsked = rows, dimensionAsked = dimension) => {
    await expect(faiss.open(path, rowsAsked, dimensionAsked)).rejects.toThrow(IndexFileError);
    const index = await faiss.open(sound, rows, dimension); // the worker lives
    await faiss.release(index);
  };

  it('is refused when it is missing or a folder', async () => {
    await expectRefused(join(folder, 'missing.faiss'));
    mkdirSync(join(folder, 'folder'), { recursive: true });
    await expectRefused(join(folder, 'folder'));
  });

  it('is refused when it is empty, cut anywhere, or too long', async () => {
    const { length } = readFileSync(sound);
    for (const size of [0, 1, 44, 45, 46, length - 1]) {
      truncateSync(damaged, size);
      await expectRefused();
      copyFileSync(sound, damaged);
    }
    writeFileSync(damaged, Buffer.concat([readFileSync(sound), Buffer.alloc(1)]));
    await expectRefused();
  });

  it('is refused when it has other rows or another dimension than said', async () => {
    await expectRefused(sound, rows + 1);
    await expectRefused(sound, rows / 2, dimension * 2); // the same size
    await expectRefused(sound, 0);
  });

  it.each([0, 4, 8, 15, 32, 33, 37, 44])('is refused when byte %i of its header is damaged', async (at) => {
    const bytes = readFileSync(sound);
    bytes[at] ^= 0x41;
    writeFileSync(damaged, bytes);
    await expectRefused();
  });
});
