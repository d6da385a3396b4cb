import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { JsonObject } from '../../store/index.js';

export class SearchScoresDto {
  /** Cosine of query and chunk, from -1 to 1. */
  vector: number;
  /** Position among all hits by cosine, from 1. */
  vector_rank: number;
  /** Null: this version has no word search. */
  keyword: number | null;
  /** Null: this version has no word search. */
  keyword_rank: number | null;
}

export class SearchHitDocumentDto {
  /** @example 12 */
  id: number;
  /** @example 'Aurora X2 User Guide' */
  title: string;
  /** @example 'aurora-x2.pdf' */
  filename: string;
  /** What the document was given at upload or by PATCH. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: { product: 'Aurora X2' } })
  metadata: JsonObject;
}

export class SearchHitChunkDto {
  /**
   * The vector's own id: `faiss_index`, and the row's id in `vector_metadata`. Never reused.
   * @example 481
   */
  id: number;
  /** @example 7 */
  chunk_index: number;
  /** @example 'Hold the power button for ten seconds until the light turns amber.' */
  text: string;
  /** @example 4 */
  page_start: number;
  /** @example 4 */
  page_end: number;
  /** Offset into the document's text (UTF-16 code units). */
  char_start: number;
  /** Exclusive. */
  char_end: number;
  /** With `include_vectors`: the chunk's vector, of unit length. */
  @ApiPropertyOptional({ type: 'array', items: { type: 'number' } })
  vector?: number[];
}

/** What to name as the source of an answer. */
export class CitationDto {
  /** @example 'Aurora X2 User Guide' */
  title: string;
  /** @example 4 */
  page_start: number;
  /** @example 4 */
  page_end: number;
  /**
   * Where the original is read, at that page; null for a document that was imported without one.
   * @example '/documents/12/file#page=4'
   */
  url: string | null;
}

/** The passage with its neighbours, joined without what they share. */
export class HitContextDto {
  text: string;
  /** Of the first chunk in it. */
  chunk_index_start: number;
  /** Of the last chunk in it. */
  chunk_index_end: number;
  /** Offset into the document's text (UTF-16 code units). */
  char_start: number;
  /** Exclusive. */
  char_end: number;
  page_start: number;
  page_end: number;
}

export class SearchHighlightDto {
  /** Offset into the chunk's text (UTF-16 code units). */
  start: number;
  /** Exclusive. */
  end: number;
}

export class SearchHitDto {
  /**
   * What hits are ordered by, and what `min_score` is held against. In mode `vector` the cosine as it is: 1 is the same
   * direction, 0 nothing in common, and it may be negative.
   * @example 0.7312
   */
  score: number;
  scores: SearchScoresDto;
  document: SearchHitDocumentDto;
  chunk: SearchHitChunkDto;
  citation: CitationDto;
  /** With `context_chunks`; absent when the document was replaced while it was read. */
  context?: HitContextDto;
  /** With `group_by_document`: further passages of the document that were found. */
  other_passages?: number;
  /** Where words of the query stand in the text. Empty in mode `vector`, which matches meanings, not words. */
  highlights: SearchHighlightDto[];
}

/** Milliseconds, rounded to microseconds. */
export class SearchTimesDto {
  /** Turning the query into a vector; near 0 for a `vector`, or a query that was asked before. */
  embedding: number;
  /** Finding the nearest chunks and reading their texts. */
  search: number;
  /** Reading what stands around the hits, and putting the answer together. */
  fetch: number;
  total: number;
}

export class SearchResponseDto {
  /** Best first; equal scores by chunk id. Empty when nothing is allowed or near enough. */
  hits: SearchHitDto[];
  /** The mode that was searched in. */
  mode: string;
  took_ms: SearchTimesDto;
}
