import type { ChunkFilter } from '../store/index.js';
import { toInstant } from './instant.js';
import type { SearchQueryDto } from './dto/search-query.dto.js';
import type { SearchRequest } from './search-request.js';
import type { SearchFilterDto } from './dto/search-filter.dto.js';
import type { SearchRequestDto } from './dto/search-request.dto.js';

export function fromBody(body: SearchRequestDto): SearchRequest {
  return {
    query: body.query,
    vector: body.vector,
    topK: body.top_k,
    mode: body.mode,
    filter: toChunkFilter(body.filter ?? {}),
    minScore: body.min_score,
    exact: body.exact,
    groupByDocument: body.group_by_document,
    contextChunks: body.context_chunks,
    includeVectors: body.include_vectors,
  };
}

export function fromQuery(query: SearchQueryDto): SearchRequest {
  return {
    query: query.q,
    topK: query.top_k,
    mode: query.mode,
    filter: toChunkFilter({ owner_id: query.owner_id, document_ids: query.document_id }),
    minScore: query.min_score,
    exact: query.exact,
    groupByDocument: query.group_by_document,
    contextChunks: query.context_chunks,
    includeVectors: false,
  };
}

/** Conditions that were not asked for are left out, not undefined: the store counts what is there. */
function toChunkFilter(filter: SearchFilterDto): ChunkFilter {
  const { owner_id, document_ids, mime_types, metadata, title_contains, created_after, created_before } = filter;
  return {
    ...(owner_id !== undefined && { ownerId: owner_id }),
    ...(document_ids !== undefined && { documentIds: document_ids }),
    ...(mime_types !== undefined && { mimeTypes: mime_types }),
    ...(metadata !== undefined && { metadata }),
    ...(title_contains !== undefined && { titleContains: title_contains }),
    ...instantCondition('createdAfter', created_after),
    ...instantCondition('createdBefore', created_before),
  };
}

/** The store compares instants in the one form in which it keeps them. */
function instantCondition(name: 'createdAfter' | 'createdBefore', text: string | undefined): ChunkFilter {
  return text === undefined ? {} : { [name]: toInstant(text) ?? text };
}
