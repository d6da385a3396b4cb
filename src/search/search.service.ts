import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { Embedder } from '../embedding/index.js';
import { VectorStore, type ChunkHit } from '../store/index.js';
import { bestOfDocuments } from './hits/document-groups.js';
import { HitContexts } from './hits/hit-context.js';
import { toUnitVector } from './query-vector.js';
import { availableModes, type SearchHit, type SearchOutcome, type SearchRequest } from './search-request.js';
import { ModeNotAvailableError, QueryOrVectorError } from './search.errors.js';

/** Embeds the query and asks the engine; asks no database. */
@Injectable()
export class SearchService {
  constructor(
    private readonly store: VectorStore,
    private readonly embedder: Embedder,
    private readonly contexts: HitContexts,
  ) {}

  /** Rejects with QUERY_OR_VECTOR, MODE_NOT_AVAILABLE, INVALID_VECTOR, or what embedder and store reject with. */
  async search(request: SearchRequest): Promise<SearchOutcome> {
    const mode = availableModes.find((available) => available === request.mode);
    if (mode === undefined) throw new ModeNotAvailableError(request.mode, availableModes);
    const start = performance.now();
    const vector = await this.queryVector(request);
    const embedded = performance.now();
    const found = await this.find(request, vector);
    const searched = performance.now();
    const hits = request.contextChunks > 0 ? await Promise.all(found.map((hit) => this.withContext(hit, request.contextChunks))) : found;
    const contextMs = performance.now() - searched;
    return { hits, mode, embeddingMs: embedded - start, searchMs: searched - embedded, contextMs };
  }

  private async find(request: SearchRequest, vector: Float32Array): Promise<SearchHit[]> {
    const { topK, filter, minScore, exact, includeVectors, groupByDocument } = request;
    const search = (count: number): Promise<ChunkHit[]> =>
      this.store.search({ vector, topK: count, filter, minScore, exact, includeVectors });
    if (!groupByDocument) return search(topK);
    return (await bestOfDocuments(topK, search)).map(({ best, otherPassages }) => ({ ...best, otherPassages }));
  }

  private async withContext(hit: SearchHit, neighbours: number): Promise<SearchHit> {
    const context = await this.contexts.of(hit, neighbours);
    return context ? { ...hit, context } : hit;
  }

  private async queryVector({ query, vector }: SearchRequest): Promise<Float32Array> {
    if (query !== undefined && vector !== undefined) throw new QueryOrVectorError('both');
    if (vector !== undefined) return toUnitVector(vector, this.store.dimension, this.store.embeddingModel);
    if (query === undefined) throw new QueryOrVectorError('neither');
    return this.embedder.embedQuery(query);
  }
}
