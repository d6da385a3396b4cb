const RESAMPLES = 1_000;
const SEED = 20_020_401;
const CONFIDENCE = 0.95;

export interface Interval {
  mean: number;
  low: number;
  high: number;
}

/**
 * The mean of a sample with its 95 % percentile bootstrap interval (Efron and Tibshirani, "An Introduction to the Bootstrap",
 * 1993, chapter 13): the middle 95 % of the means of 1,000 samples drawn from it with replacement. Of the differences of pairs it
 * is the paired bootstrap. The same values give the same interval.
 *
 * @param values one a question, at least one
 */
export function bootstrap(values: readonly number[], seed = SEED): Interval {
  const random = randomFrom(seed);
  const means = new Float64Array(RESAMPLES);
  for (let round = 0; round < RESAMPLES; round++) {
    let sum = 0;
    for (let drawn = 0; drawn < values.length; drawn++) sum += values[Math.floor(random() * values.length)];
    means[round] = sum / values.length;
  }
  means.sort();
  const outside = (1 - CONFIDENCE) / 2;
  return { mean: meanOf(values), low: quantile(means, outside), high: quantile(means, 1 - outside) };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Between two values as far as the share says (Hyndman and Fan's type 7). @param sorted ascending, at least one */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  return below + (sorted[Math.ceil(at)] - below) * (at % 1);
}

/** Marsaglia's xorshift with 32 bits ("Xorshift RNGs", 2003): from 0 to below 1, the same for the same seed. @param seed not 0 */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
