import { performance } from 'node:perf_hooks';
import type { ChunkHit } from '../store/index.js';
import type { SearchOutcome } from './search-request.js';
import type { SearchHitDto, SearchResponseDto } from './search-response.dto.js';

/** @param startedAt `performance.now()` when the request came in */
export function toSearchResponse(outcome: SearchOutcome, startedAt: number): SearchResponseDto {
  const found = performance.now();
  const hits = outcome.hits.map(toHit);
  const now = performance.now();
  return {
    hits,
    mode: outcome.mode,
    took_ms: {
      embedding: toMicroseconds(outcome.embeddingMs),
      search: toMicroseconds(outcome.searchMs),
      fetch: toMicroseconds(now - found),
      total: toMicroseconds(now - startedAt),
    },
  };
}

function toHit({ score, document, chunk }: ChunkHit, position: number): SearchHitDto {
  return {
    score,
    scores: { vector: score, vector_rank: position + 1, keyword: null, keyword_rank: null },
    document: { id: document.id, title: document.title, filename: document.filename, metadata: document.metadata },
    chunk: {
      id: chunk.vectorId,
      chunk_index: chunk.chunkIndex,
      text: chunk.text,
      page_start: chunk.pageStart,
      page_end: chunk.pageEnd,
      char_start: chunk.charStart,
      char_end: chunk.charEnd,
    },
    highlights: [],
  };
}

/** Milliseconds with three decimals: the clock tells no more. */
function toMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
