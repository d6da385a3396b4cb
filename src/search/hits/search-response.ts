import { performance } from 'node:perf_hooks';
import type { CitationDto, HitContextDto, SearchHitDto, SearchResponseDto } from '../dto/search-response.dto.js';
import type { HitContext, SearchHit, SearchOutcome } from '../search-request.js';

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
      fetch: toMicroseconds(outcome.contextMs + now - found),
      total: toMicroseconds(now - startedAt),
    },
  };
}

function toHit(hit: SearchHit, position: number): SearchHitDto {
  const { score, document, chunk, vector, context, otherPassages } = hit;
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
      ...(vector && { vector: [...vector] }),
    },
    citation: citationOf(hit),
    ...(context && { context: toContext(context) }),
    ...(otherPassages !== undefined && { other_passages: otherPassages }),
    highlights: [],
  };
}

function citationOf({ document, chunk }: SearchHit): CitationDto {
  const { pageStart, pageEnd } = chunk;
  const url = document.sizeBytes === 0 ? null : `/documents/${document.id}/file#page=${pageStart}`;
  return { title: document.title, page_start: pageStart, page_end: pageEnd, url };
}

function toContext(context: HitContext): HitContextDto {
  return {
    text: context.text,
    chunk_index_start: context.chunkIndexStart,
    chunk_index_end: context.chunkIndexEnd,
    char_start: context.charStart,
    char_end: context.charEnd,
    page_start: context.pageStart,
    page_end: context.pageEnd,
  };
}

/** Milliseconds with three decimals: the clock tells no more. */
function toMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
