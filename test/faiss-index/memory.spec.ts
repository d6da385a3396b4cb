import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { WorkerFaissIndex } from '../../src/faiss-index/index.js';

const searches = Number(process.env.HVS_MEMORY_SEARCHES ?? 20_000);
const rounds = 5;
const megabyte = 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What JavaScript has let go does not count. */
const residentMegabytes = () => {
  collectGarbage();
  return process.memoryUsage.rss() / megabyte;
};

describe('memory', () => {
  it(`does not grow over ${searches} searches`, async () => {
    const faiss = new WorkerFaissIndex();
    const index = await faiss.create(384);
    await faiss.add(
      index,
      Float32Array.from({ length: 200 * 384 }, (_, at) => Math.sin(at)),
    );
    const query = new Float32Array(384).fill(0.1);
    const allowed = new Uint8Array(25).fill(0x5a);
    const run = async (count: number) => {
      for (let done = 0; done < count; done += 50) {
        await Promise.all(Array.from({ length: 50 }, () => faiss.search(query, 10, [{ index, allowed }, { index }])));
      }
    };
    await run(10_000); // until heaps and pools have their size
    const resident = [residentMegabytes()];
    for (let round = 0; round < rounds; round++) {
      await run(searches / rounds);
      resident.push(residentMegabytes());
    }
    await faiss.close();
    const grown = resident.slice(1).map((after, round) => after - resident[round]);
    if (process.env.HVS_MEMORY_SEARCHES) console.log(`MB after each ${searches / rounds} searches: ${grown.map(Math.round).join(', ')}`);
    // the worker's collector lets tens of megabytes wait on a busy machine, but not in every round; a leak of the query alone
    // would add 1.5 MB for each 1,000 searches to each of them
    expect(Math.min(...grown)).toBeLessThan((0.75 * searches) / rounds / 1000);
  });

  it('comes back when an index is released', async () => {
    const faiss = new WorkerFaissIndex();
    const vectors = new Float32Array(10_000 * 384).fill(0.5); // 15 MB
    const round = async () => {
      const index = await faiss.create(384);
      await faiss.add(index, vectors);
      await faiss.release(index);
    };
    await round();
    const before = residentMegabytes();
    for (let done = 0; done < 30; done++) await round();
    const grown = residentMegabytes() - before;
    await faiss.close();
    expect(grown).toBeLessThan(150); // of the 450 MB that went through
  });
});
