import { WorkerFaissIndex } from '../../src/faiss-index/index.js';
import { Unsound } from './findings.js';

const ROWS = 2_000;
const DIMENSION = 384;
const CURE = 'Run "npm run setup": it builds the FAISS binding again.';

/** FAISS loads in its thread and, of vectors that are the same at every run, finds the one that is nearest by construction. */
export async function nativeLibraryIsSound(): Promise<string> {
  const faiss = new WorkerFaissIndex();
  try {
    await faiss.onModuleInit();
    const index = await faiss.create(DIMENSION);
    const vectors = unitVectors(ROWS);
    await faiss.add(index, vectors);
    const wanted = 1_234;
    const query = vectors.slice(wanted * DIMENSION, (wanted + 1) * DIMENSION);
    const { rows, scores } = await faiss.search(query, 2, [{ index }]);
    if (rows[0] !== wanted || Math.abs(scores[0] - 1) > 1e-4) {
      throw new Unsound(`the nearest of ${ROWS} vectors should be ${wanted} with 1, and is ${rows[0]} with ${scores[0]}`, CURE);
    }
    return `it loads, and finds the right one of ${ROWS} vectors`;
  } finally {
    await faiss.close();
  }
}

/** Rows of unit length from a small generator with a fixed seed (a linear congruence modulo 2^32). */
function unitVectors(rows: number): Float32Array {
  const vectors = new Float32Array(rows * DIMENSION);
  let state = 20_260_601;
  for (let row = 0; row < rows; row++) {
    const vector = vectors.subarray(row * DIMENSION, (row + 1) * DIMENSION);
    for (let i = 0; i < DIMENSION; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      vector[i] = state / 2 ** 31 - 1;
    }
    const length = Math.hypot(...vector);
    for (let i = 0; i < DIMENSION; i++) vector[i] /= length;
  }
  return vectors;
}
