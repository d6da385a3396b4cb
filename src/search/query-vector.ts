import { InvalidVectorError } from './search.errors.js';

/**
 * A client's vector as the engine wants it: `dimension` finite floats of unit length, so that inner products are cosines.
 * Throws InvalidVectorError, which names the first value that is wrong.
 */
export function toUnitVector(values: readonly unknown[], dimension: number, embeddingModel: string): Float32Array {
  if (values.length !== dimension) throw InvalidVectorError.dimension(values.length, dimension, embeddingModel);
  let largest = 0;
  for (const [index, value] of values.entries()) {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw InvalidVectorError.value(index, value);
    largest = Math.max(largest, Math.abs(value));
  }
  if (largest === 0) throw InvalidVectorError.zero(dimension);
  // Scaled by the largest value first: squares of 1e200 would be infinite, those of 1e-200 nothing.
  const scaled = (values as readonly number[]).map((value) => value / largest);
  const length = Math.sqrt(scaled.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(scaled, (value) => value / length);
}
