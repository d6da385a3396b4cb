import type { ChunkLimits } from './chunk.js';

/** Fewer tell the model too little of what a passage is about. */
const CHUNK_TOKENS_MIN = 16;
/** Kept free above every chunk for the title and the headings that it stands under. */
const TITLE_TOKENS = 24;

/** Why no document could be chunked by these settings, as one sentence that names the variables; null when they fit. */
export function chunkingProblem({ chunkTokens, overlapTokens, embeddingTokensMax }: ChunkLimits): string | null {
  const chunkTokensMax = embeddingTokensMax - TITLE_TOKENS;
  if (!Number.isInteger(chunkTokens) || chunkTokens < CHUNK_TOKENS_MIN || chunkTokens > chunkTokensMax) {
    return (
      `CHUNK_TOKENS is ${chunkTokens}; allowed is a whole number from ${CHUNK_TOKENS_MIN} to ${chunkTokensMax}: ` +
      `the model reads ${embeddingTokensMax} tokens of text, ${TITLE_TOKENS} of them are kept for title and headings.`
    );
  }
  if (!Number.isInteger(overlapTokens) || overlapTokens < 0 || overlapTokens * 2 >= chunkTokens) {
    return (
      `CHUNK_OVERLAP_TOKENS is ${overlapTokens} and CHUNK_TOKENS is ${chunkTokens}; ` +
      `allowed is a whole number from 0 to less than half of CHUNK_TOKENS, at most ${Math.ceil(chunkTokens / 2) - 1}.`
    );
  }
  return null;
}
