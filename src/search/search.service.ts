import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { Embedder } from '../embedding/index.js';
import { VectorStore } from '../store/index.js';
import { toUnitVector } from './query-vector.js';
import { availableModes, type SearchOutcome, type SearchRequest } from './search-request.js';
import { ModeNotAvailableError, QueryOrVectorError } from './search.errors.js';

/** Embeds the query and asks the engine; asks no database. */
@Injectable()
export class SearchService {
  constructor(
    private readonly store: VectorStore,
    private readonly embedder: Embedder,
  ) {}

  /** Rejects with QUERY_OR_VECTOR, MODE_NOT_AVAILABLE, INVALID_VECTOR, or what embedder and store reject with. */
  async search(request: SearchRequest): Promise<SearchOutcome> {
    const mode = availableModes.find((available) => available === request.mode);
    if (mode === undefined) throw new ModeNotAvailableError(request.mode, availableModes);
    const start = performance.now();
    const vector = await this.queryVector(request);
    const embedded = performance.now();
    const { topK, filter, minScore, exact } = request;
    const hits = await this.store.search({ vector, topK, filter, minScore, exact });
    return { hits, mode, embeddingMs: embedded - start, searchMs: performance.now() - embedded };
  }

  private async queryVector({ query, vector }: SearchRequest): Promise<Float32Array> {
    if (query !== undefined && vector !== undefined) throw new QueryOrVectorError('both');
    if (vector !== undefined) return toUnitVector(vector, this.store.dimension, this.store.embeddingModel);
    if (query === undefined) throw new QueryOrVectorError('neither');
    return this.embedder.embedQuery(query);
  }
}
