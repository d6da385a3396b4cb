/** Unit vectors in one piece, `count` × `dimension` floats, no two the same within a test run. */
export function scatteredVectors(count: number, dimension: number): Float32Array {
  const vectors = new Float32Array(count * dimension);
  for (let row = 0; row < count; row++) {
    const seed = ++given;
    const vector = vectors.subarray(row * dimension, (row + 1) * dimension);
    for (let at = 0; at < dimension; at++) vector[at] = Math.sin(seed * 12.9898 + at * 78.233);
    const length = Math.hypot(...vector);
    for (let at = 0; at < dimension; at++) vector[at] /= length;
  }
  return vectors;
}

let given = 0;
