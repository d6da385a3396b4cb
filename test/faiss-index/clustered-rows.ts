import { randomFrom } from '../support/promises.js';

/** Unit vectors in clusters, `clusterRows` rows of one after another: rows that are near each other are alike. */
export function clusteredRows(rows: number, dimension: number, clusterRows: number, seed = 1): Float32Array {
  const random = randomFrom(seed);
  const vectors = new Float32Array(rows * dimension);
  let centre: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (row % clusterRows === 0) centre = Array.from({ length: dimension }, () => random() - 0.5);
    const vector = vectors.subarray(row * dimension, (row + 1) * dimension);
    for (let at = 0; at < dimension; at++) vector[at] = centre[at] + (random() - 0.5) * 0.6;
    const length = Math.hypot(...vector);
    for (let at = 0; at < dimension; at++) vector[at] /= length;
  }
  return vectors;
}
