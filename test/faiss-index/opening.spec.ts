import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flatIndexBytes, IndexFileError, ProcessIndexBuilder, WorkerFaissIndex } from '../../src/faiss-index/index.js';
import { writeFlatIndex } from '../support/flat-index-file.js';
import { randomFrom } from '../support/promises.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { clusteredRows } from './clustered-rows.js';

const graphs = Number(process.env.HVS_DAMAGED_GRAPHS ?? 150);
const seed = Number(process.env.HVS_SEED ?? Date.now() % 2 ** 31);

describe('opening a file', () => {
  const [rows, dimension] = [500, 6];
  const folder = temporaryFolder('opening');
  const [flat, graph, damaged] = ['flat', 'graph', 'damaged'].map((name) => join(folder, name));
  const vectors = clusteredRows(rows, dimension, 10);
  let faiss: WorkerFaissIndex;
  let sound: Buffer;
  let graphBytes: number;

  beforeAll(async () => {
    faiss = new WorkerFaissIndex();
    const builder = new ProcessIndexBuilder();
    writeFlatIndex(flat, vectors, dimension);
    await builder.build({ sources: [{ path: flat, rows }], dimension, kind: 'hnsw', output: graph });
    await builder.close();
    sound = readFileSync(graph);
    graphBytes = sound.length - flatIndexBytes(rows, dimension);
  });
  afterAll(() => faiss.close());

  const expectRefused = (path: string, kind: 'flat' | 'hnsw' = 'hnsw', asked = rows, width = dimension) =>
    expect(faiss.open(path, asked, width, kind)).rejects.toThrow(IndexFileError);

  it('lets searches through while the file is read', async () => {
    const large = writeFlatIndex(join(folder, 'large'), new Float32Array(40_000 * 384), 384);
    const index = await faiss.create(2);
    await faiss.add(index, Float32Array.of(1, 0));
    const order: string[] = [];
    const opening = faiss.open(large, 40_000, 384).then((opened) => {
      order.push('opened');
      return opened;
    });
    await faiss.search(Float32Array.of(1, 0), 1, [{ index }]).then(() => order.push('searched'));
    await faiss.release(await opening);
    expect(order).toEqual(['searched', 'opened']);
  });

  it('is answered before the thread ends when it was asked for before the close', async () => {
    const other = new WorkerFaissIndex();
    const opening = other.open(graph, rows, dimension, 'hnsw');
    await other.close();
    expect(await opening).toBeGreaterThan(0);
  });

  it('refuses a file of another kind, other rows or another dimension', async () => {
    await expectRefused(flat, 'hnsw');
    await expectRefused(graph, 'flat');
    await expectRefused(graph, 'hnsw', rows + 1);
    await expectRefused(graph, 'hnsw', rows, dimension - 1);
    await expectRefused(graph, 'hnsw', rows / 2, dimension * 2);
    await expectRefused(graph, 'hnsw', 0);
    await expectRefused(join(folder, 'missing'));
    await expectRefused(folder);
  });

  it('refuses a graph that is cut anywhere, or too long', async () => {
    for (const size of [0, 3, 36, 37, 44, 45, 60, graphBytes - 1, graphBytes + 1, graphBytes + 45, sound.length - 4, sound.length - 1]) {
      copyFileSync(graph, damaged);
      truncateSync(damaged, size);
      await expectRefused(damaged);
    }
    writeFileSync(damaged, Buffer.concat([sound, Buffer.alloc(1)]));
    await expectRefused(damaged);
  });

  it('refuses a graph with a damaged count', async () => {
    let at = 37;
    for (const itemBytes of [8, 4, 4, 8, 4]) {
      const count = Number(sound.readBigUInt64LE(at));
      for (const wrong of [0n, BigInt(count) + 1n, 2n ** 40n, 2n ** 64n - 1n]) {
        const bytes = Buffer.from(sound);
        bytes.writeBigUInt64LE(wrong, at);
        writeFileSync(damaged, bytes);
        await expectRefused(damaged);
      }
      at += 8 + itemBytes * count;
    }
    expect(at + 20).toBe(graphBytes);
  });

  it(`reads no memory but its own, whatever stands in a graph: ${graphs} graphs with damaged bytes (seed ${seed})`, async () => {
    const random = randomFrom(seed);
    let refused = 0;
    for (let round = 0; round < graphs; round++) {
      const bytes = Buffer.from(sound);
      for (let flips = 0; flips < 1 + 3 * random(); flips++) bytes[Math.floor(random() * graphBytes)] ^= 1 << Math.floor(random() * 8);
      writeFileSync(damaged, bytes);
      const opened = await faiss.open(damaged, rows, dimension, 'hnsw').catch((error: unknown) => {
        expect(error).toBeInstanceOf(IndexFileError);
        refused++;
      });
      if (opened === undefined) continue;
      for (let row = 0; row < rows; row += 50) {
        const query = vectors.slice(row * dimension, (row + 1) * dimension);
        const { rows: found } = await faiss.search(query, 3, [{ index: opened }]);
        expect(found.every((each) => each >= 0 && each < rows)).toBe(true);
      }
      await faiss.release(opened);
    }
    expect(refused).toBeGreaterThan(0);
  });
});
