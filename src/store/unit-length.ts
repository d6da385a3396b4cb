/** What floats leave of a length that was brought to 1. */
const LENGTH_TOLERANCE = 1e-3;

/**
 * FAISS compares by inner product, so every vector must have unit length; one with a NaN in it has none.
 * @param vectors rows of `dimension` floats each
 * @returns the first row that is not so, counted from 0; undefined when there is none
 */
export function rowWithoutUnitLength(vectors: Float32Array, dimension: number): number | undefined {
  for (let start = 0; start < vectors.length; start += dimension) {
    let squares = 0;
    for (let at = start; at < start + dimension; at++) squares += vectors[at] * vectors[at];
    if (!(Math.abs(Math.sqrt(squares) - 1) <= LENGTH_TOLERANCE)) return start / dimension;
  }
  return undefined;
}
