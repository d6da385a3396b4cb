import * as fc from 'fast-check';
import { toUnitVector } from '../../src/search/query-vector.js';
import { InvalidVectorError } from '../../src/search/search.errors.js';

function refusal(values: unknown[], dimension = values.length): InvalidVectorError {
  try {
    toUnitVector(values, dimension, 'all-MiniLM-L6-v2');
  } catch (error) {
    if (error instanceof InvalidVectorError) return error;
  }
  throw new Error('Was not refused with INVALID_VECTOR');
}

describe('A query vector of a client', () => {
  it('gets unit length and keeps its direction', () => {
    const vector = toUnitVector([3, 0, -4], 3, 'm');
    expect(vector).toHaveLength(3);
    expect([...vector]).toEqual([Math.fround(0.6), 0, Math.fround(-0.8)]);
  });

  it('gets unit length whatever the size of its values', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 50 }), (values) => {
        fc.pre(values.some((value) => value !== 0));
        const length = Math.hypot(...toUnitVector(values, values.length, 'm'));
        return Math.abs(length - 1) < 1e-5;
      }),
    );
  });

  it.each([
    ['null', [1, null, 2], 1],
    ['a string', [1, 2, '3'], 2],
    ['Infinity', [Infinity, 1], 0],
    ['NaN', [1, NaN], 1],
    ['an array', [1, [2]], 1],
    ['an object', [{}], 0],
    ['a boolean', [true], 0],
  ])('is refused when it holds %s, and the place is named', (kind, values, index) => {
    const problem = refusal(values);
    expect(problem.status).toBe(400);
    expect(problem.members).toEqual({ index });
    expect(problem.detail).toContain(`vector[${index}]`);
    expect(problem.detail).toContain(kind);
  });

  it('is refused when it has another dimension, and both are named', () => {
    expect(refusal([1, 2, 3], 384).detail).toMatch(/has 3 values.*384/);
  });

  it('is refused when it is all zeros', () => {
    expect(refusal([0, -0, 0]).detail).toContain('zero');
  });
});
