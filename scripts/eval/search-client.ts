import { UnexpectedAnswer, type HttpClient } from '../http-client.js';
import type { Mode, SearchAnswer } from './search-answer.js';

/** The most that a search answers. */
const TOP_K = 100;

/** Which passages are searched at all. */
export type Filter = Record<string, unknown>;

/** Asks one instance. */
export class SearchClient {
  /** @param byDocument one hit a document, its best passage */
  constructor(
    private readonly client: HttpClient,
    private readonly filter: Filter | null,
    private readonly byDocument: boolean,
  ) {}

  /** Null when this version does not search in that mode. */
  async ask(query: string, mode: Mode): Promise<SearchAnswer | null> {
    const body = { query, mode, top_k: TOP_K, group_by_document: this.byDocument, ...(this.filter && { filter: this.filter }) };
    try {
      return await this.client.post<SearchAnswer>('/search', body);
    } catch (error) {
      if (error instanceof UnexpectedAnswer && error.code === 'MODE_NOT_AVAILABLE') return null;
      throw error;
    }
  }
}
