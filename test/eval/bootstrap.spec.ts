import { bootstrap, meanOf, quantile } from '../../scripts/eval/bootstrap.js';

const halves = Array.from({ length: 100 }, (_, at) => at % 2);

describe('the bootstrap interval', () => {
  it('is as wide as 1.96 standard errors to both sides, where the mean is nearly normal', () => {
    // the mean of 100 values, half of them 1, has the standard error sqrt(0.25 / 100) = 0.05
    const { mean, low, high } = bootstrap(halves);
    expect(mean).toBe(0.5);
    expect(low).toBeGreaterThan(0.5 - 0.098 - 0.02);
    expect(low).toBeLessThan(0.5 - 0.098 + 0.02);
    expect(high).toBeGreaterThan(0.5 + 0.098 - 0.02);
    expect(high).toBeLessThan(0.5 + 0.098 + 0.02);
  });

  it('is the same for the same values, another for another seed, and no interval for equal values', () => {
    expect(bootstrap(halves)).toEqual(bootstrap(halves));
    expect(bootstrap(halves, 1)).not.toEqual(bootstrap(halves, 2));
    expect(bootstrap([0.25, 0.25, 0.25])).toEqual({ mean: 0.25, low: 0.25, high: 0.25 });
    expect(bootstrap([1])).toEqual({ mean: 1, low: 1, high: 1 });
  });

  it('draws every value as often as any other', () => {
    const { mean, low, high } = bootstrap([...new Array<number>(999).fill(0), 1000]);
    expect(mean).toBe(1);
    // how often one of 1,000 is drawn in 1,000 draws is nearly Poisson with mean 1: 0 in 37 %, more than 3 in 1.9 %
    expect([low, high]).toEqual([0, 3]);
  });
});

describe('means and quantiles', () => {
  it('are those worked out by hand', () => {
    expect(meanOf([1, 2, 6])).toBe(3);
    expect([0, 0.25, 0.5, 1].map((share) => quantile([1, 2, 3, 4], share))).toEqual([1, 1.75, 2.5, 4]);
    expect(quantile([7], 0.95)).toBe(7);
  });
});
