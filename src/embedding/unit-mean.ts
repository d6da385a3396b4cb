/**
 * The mean of the tokens' vectors, at unit length, so that an inner product is a cosine.
 * @param states tokens × dimension floats, row by row
 * @throws Error when they are not that, not finite, or cancel out
 */
export function unitMean(states: Float32Array, tokens: number, dimension: number): Float32Array {
  if (states.length !== tokens * dimension) {
    throw new Error(`the model gives ${states.length / tokens} floats a token, and ${dimension} are expected`);
  }
  const sums = new Float64Array(dimension);
  for (let token = 0, at = 0; token < tokens; token++) {
    for (let i = 0; i < dimension; i++, at++) sums[i] += states[at];
  }
  let squares = 0;
  for (const sum of sums) squares += sum * sum;
  const length = Math.sqrt(squares);
  if (!Number.isFinite(length) || length === 0) throw new Error('the model gave no finite vector');
  return Float32Array.from(sums, (sum) => sum / length);
}
