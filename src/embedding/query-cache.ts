import { LRUCache } from 'lru-cache';

const QUERIES_MAX = 1_000;
/** A longer one hardly comes twice, and would keep its whole request in memory. */
const CACHED_CHARS_MAX = 1_000;

/**
 * The newest queries' vectors. A query that is being embedded is shared by all who ask it meanwhile; a failure is kept for
 * none. Every caller gets a copy of its own.
 */
export class QueryCache {
  private readonly known = new LRUCache<string, Float32Array>({ max: QUERIES_MAX });
  private readonly underWay = new Map<string, Promise<Float32Array>>();
  hits = 0;

  async get(query: string, embed: (query: string) => Promise<Float32Array>): Promise<Float32Array> {
    const vector = this.known.get(query);
    if (vector) {
      this.hits++;
      return vector.slice();
    }
    let shared = this.underWay.get(query);
    if (shared) this.hits++;
    else {
      shared = this.embedded(query, embed);
      this.underWay.set(query, shared);
    }
    return (await shared).slice();
  }

  private async embedded(query: string, embed: (query: string) => Promise<Float32Array>): Promise<Float32Array> {
    try {
      const vector = await embed(query);
      if (query.length <= CACHED_CHARS_MAX) this.known.set(query, vector);
      return vector;
    } finally {
      this.underWay.delete(query);
    }
  }
}
