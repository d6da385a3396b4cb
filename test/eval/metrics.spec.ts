import { firstRelevant, ndcg, rankDocuments, recall, reciprocalRank } from '../../scripts/eval/metrics.js';

const ranking = ['a', 'b', 'c', 'd'];
const graded = new Map([
  ['b', 2],
  ['d', 1],
  ['x', 3],
]);

describe('nDCG', () => {
  it('is the gain by rank over that of the best order, with the grade as the gain', () => {
    // found: 2 / log2(3) + 1 / log2(5) = 1.26186 + 0.43068; the best order x, b, d: 3 + 2 / log2(3) + 1 / log2(4) = 4.76186
    expect(ndcg(ranking, graded, 10)).toBeCloseTo(1.69254 / 4.76186, 5);
  });

  it('looks at no more than k ranks, of the best order too', () => {
    // found b at rank 2: 1.26186; the best two: 3 + 2 / log2(3) = 4.26186
    expect(ndcg(ranking, graded, 2)).toBeCloseTo(1.26186 / 4.26186, 5);
    expect(ndcg(ranking, graded, 1)).toBe(0);
  });

  it('is 1 for the best order, and 0 when nothing right was found', () => {
    expect(ndcg(['x', 'b', 'd', 'a'], graded, 10)).toBe(1);
    expect(ndcg([], graded, 10)).toBe(0);
    expect(ndcg(['q'], graded, 10)).toBe(0);
  });

  it('of one right document is 1 / log2(rank + 1)', () => {
    expect(ndcg(ranking, new Map([['c', 1]]), 10)).toBeCloseTo(0.5, 12);
    expect(ndcg(ranking, new Map([['c', 4]]), 10)).toBeCloseTo(0.5, 12);
  });
});

describe('recall', () => {
  it('is the share of the relevant documents among the first k, whatever their grades', () => {
    expect([1, 2, 4, 100].map((k) => recall(ranking, graded, k))).toEqual([0, 1 / 3, 2 / 3, 2 / 3]);
  });
});

describe('the reciprocal rank', () => {
  it('is that of the first relevant document, and 0 behind k', () => {
    expect(reciprocalRank(ranking, graded, 10)).toBe(1 / 2);
    expect(reciprocalRank(ranking, graded, 1)).toBe(0);
    expect(reciprocalRank(ranking, new Map([['x', 1]]), 10)).toBe(0);
    expect(firstRelevant(ranking, graded)).toBe(2);
    expect(firstRelevant(ranking, new Map([['x', 1]]))).toBeNull();
  });
});

describe('the ranking of documents', () => {
  it('has each where its best passage stands', () => {
    expect(rankDocuments(['b', 'a', 'b', 'c', 'a'])).toEqual(['b', 'a', 'c']);
  });
});
