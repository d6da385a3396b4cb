import { rowWithoutUnitLength } from '../../src/store/index.js';

describe('the unit length of vectors', () => {
  it('is what floats leave of it', () => {
    const almost = Array.from({ length: 3 }, () => Math.fround(Math.sqrt(1 / 3)));
    expect(rowWithoutUnitLength(Float32Array.of(...almost, 0, 1, 0, 0, 0, -1.0009), 3)).toBeUndefined();
    expect(rowWithoutUnitLength(new Float32Array(), 3)).toBeUndefined();
  });

  it.each([
    ['is too short', [0, 0.998]],
    ['is too long', [1.002, 0]],
    ['is nothing', [0, 0]],
    ['is not a number', [NaN, 1]],
    ['has no end', [Infinity, 0]],
  ])('says which is the first row that %s', (_what, row) => {
    expect(rowWithoutUnitLength(Float32Array.of(0, 1, ...row, 1, 0, ...row), 2)).toBe(1);
    expect(rowWithoutUnitLength(Float32Array.of(...row, 1, 0), 2)).toBe(0);
  });
});
