import { chunkingProblem } from '../../src/chunking/index.js';

const limits = { chunkTokens: 200, overlapTokens: 30, embeddingTokensMax: 254 };

describe('the check of the chunking settings', () => {
  it('finds nothing wrong with the defaults and the borders', () => {
    expect(chunkingProblem(limits)).toBeNull();
    expect(chunkingProblem({ ...limits, chunkTokens: 230, overlapTokens: 114 })).toBeNull();
    expect(chunkingProblem({ ...limits, chunkTokens: 16, overlapTokens: 0 })).toBeNull();
  });

  it.each([231, 15, 0, -200, 50.5, NaN, Infinity])('names CHUNK_TOKENS, %s, and what is allowed', (chunkTokens) => {
    expect(chunkingProblem({ ...limits, chunkTokens })).toMatch(new RegExp(`^CHUNK_TOKENS is ${chunkTokens}; .*from 16 to 230`));
  });

  it.each([100, 200, -1, 0.5, NaN])('names both variables when the overlap is %s', (overlapTokens) => {
    expect(chunkingProblem({ ...limits, overlapTokens })).toMatch(
      new RegExp(`^CHUNK_OVERLAP_TOKENS is ${overlapTokens} and CHUNK_TOKENS is 200; .*at most 99`),
    );
  });
});
