import { UnexpectedAnswer, type HttpClient } from '../http-client.js';
import type { Mode, SearchAnswer } from './search-answer.js';

/** The most that a search answers. */
const TOP_K = 100;

/** Which passages are searched at all. */
export type Filter = Record<string, unknown>;

/** Asks one instance, and learns on the way what it can. */
export class SearchClient {
  /** False: this version cannot, and a document may take several of the first hundred places. */
  private groupsDocuments: boolean;

  /** @param byDocument one hit a document, its best passage, where the instance can do that */
  constructor(
    private readonly client: HttpClient,
    private readonly filter: Filter | null,
    byDocument: boolean,
  ) {
    this.groupsDocuments = byDocument;
  }

  /** Null when this version does not search in that mode. */
  async ask(query: string, mode: Mode): Promise<SearchAnswer | null> {
    try {
      return await this.post({ query, mode, top_k: TOP_K, ...(this.filter && { filter: this.filter }) });
    } catch (error) {
      if (error instanceof UnexpectedAnswer && error.code === 'MODE_NOT_AVAILABLE') return null;
      throw error;
    }
  }

  private async post(body: object): Promise<SearchAnswer> {
    if (!this.groupsDocuments) return this.client.post<SearchAnswer>('/search', body);
    try {
      return await this.client.post<SearchAnswer>('/search', { ...body, group_by_document: true });
    } catch (error) {
      if (!(error instanceof UnexpectedAnswer) || error.code !== 'VALIDATION_FAILED') throw error;
      // either it does not know that field, or something else is wrong, which it then says again
      const answer = await this.client.post<SearchAnswer>('/search', body);
      this.groupsDocuments = false;
      return answer;
    }
  }
}
