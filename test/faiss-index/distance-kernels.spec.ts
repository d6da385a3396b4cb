import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from '../support/repository-root.js';
import { temporaryFolder } from '../support/temporary-folder.js';

interface Report {
  kernels: string;
  /** The greatest error of any inner product and any squared distance, over the sum of its terms' sizes. */
  worst: number;
  /** Whether a row has the same score wherever it lies. */
  alike: boolean;
}

/**
 * Scores rows of every dimension to 100, and of some great ones, against sums of doubles. Rows of an odd dimension begin
 * anywhere; a graph asks for the distances by another way than a scan.
 */
const script = `
const { loadFaiss } = await import(process.argv[2]);
const faiss = loadFaiss();
let worst = 0;
let alike = true;
for (const dimension of [...Array.from({ length: 100 }, (_, at) => at + 1), 383, 384, 385, 768, 1023, 1536]) {
  const rows = 9;
  const vectors = Float32Array.from({ length: rows * dimension }, () => Math.random() * 2 - 1);
  for (const row of [3, 8]) vectors.copyWithin(row * dimension, 0, dimension);
  const query = Float32Array.from({ length: dimension }, () => Math.random() * 2 - 1);
  const check = ({ distances, labels }, term) => {
    labels.forEach((row, at) => {
      let [sum, size] = [0, 0];
      for (let n = 0; n < dimension; n++) {
        const value = term(query[n], vectors[row * dimension + n]);
        sum += value;
        size += Math.abs(value);
      }
      worst = Math.max(worst, Math.abs(distances[at] - sum) / size);
    });
    const scores = [0, 3, 8].map((row) => distances[labels.indexOf(row)]);
    alike &&= scores.every((score) => score === scores[0]);
  };
  const indexes = [[new faiss.IndexFlatIP(dimension), (x, y) => x * y], [new faiss.IndexFlatL2(dimension), (x, y) => (x - y) ** 2]];
  for (const [index, term] of indexes) {
    index.add(vectors);
    check(index.scan(query, rows), term);
    check(index.scan(query, rows, Uint8Array.of(255, 255)), term);
  }
  const graph = faiss.Index.fromFactory(dimension, 'HNSW32', 0);
  graph.add(vectors);
  check(graph.searchGraph(query, rows), (x, y) => x * y);
}
console.log(JSON.stringify({ kernels: faiss.kernels(), worst, alike }));`;

describe('distances', () => {
  const path = join(temporaryFolder('kernels'), 'script.mjs');
  writeFileSync(path, script);
  const door = pathToFileURL(join(repositoryRoot, 'dist-test/src/faiss-index/native/load-faiss.js')).href;

  const report = (portable: string): Report => {
    const env = { ...process.env, HVS_PORTABLE_KERNELS: portable };
    const { status, stdout, stderr } = spawnSync(process.execPath, [path, door], { env, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return JSON.parse(stdout) as Report;
  };

  it.each(['', '1'])('are right for every dimension and place, and the same for equal rows (portable: %j)', (portable) => {
    const { kernels, worst, alike } = report(portable);
    if (portable !== '') expect(kernels).toBe('portable');
    expect(['avx2', 'portable']).toContain(kernels);
    expect(worst).toBeLessThan(1e-6);
    expect(alike).toBe(true);
  });
});
