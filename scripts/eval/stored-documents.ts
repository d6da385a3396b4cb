import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StopError } from '../../src/platform/index.js';
import { UnexpectedAnswer, type HttpClient } from '../http-client.js';
import { untilSettled, type DocumentAnswer } from '../stored-document.js';
import type { CorpusDocument } from './collection.js';
import type { EvaluatedHit } from './search-answer.js';
import type { Filter } from './search-client.js';

/** They wait for the model, which takes one after the other, and never lacks work so. */
const UPLOADS_AT_ONCE = 16;
const INDEXED_WITHIN_MS = 30 * 60_000;
const TITLE_CHARACTERS_MAX = 500;
/** A document must have a title, and those of some sets have none: this one says nothing. */
const NO_TITLE = '–';

/** Documents that were brought into an instance for an evaluation: cut and embedded there as any upload. */
export class StoredDocuments {
  chunks = 0;
  private readonly ids: number[] = [];
  private readonly copies = new Map<string, number>();

  /** @param mark in owner and metadata of a set's documents, by which they are known from others */
  constructor(
    private readonly client: HttpClient,
    readonly mark: string,
    private readonly signal: AbortSignal,
  ) {}

  get count(): number {
    return this.ids.length;
  }

  /** The documents of the set alone. */
  get filter(): Filter {
    return { metadata: { eval_set: this.mark } };
  }

  /** The id that a hit's document has in its set. */
  static keyOf({ document }: EvaluatedHit): string {
    return String(document.metadata._id);
  }

  uploadSet(documents: readonly CorpusDocument[], onProgress: (done: number) => void): Promise<void> {
    return this.uploadAll(documents, onProgress, (document) => ({
      name: `Document "${document.id}" of the set`,
      upload: () => this.client.post<DocumentAnswer>('/documents/text', this.bodyOf(document)),
    }));
  }

  uploadFiles(folder: string, names: readonly string[], onProgress: (done: number) => void): Promise<void> {
    return this.uploadAll(names, onProgress, (name) => ({
      name: join(folder, name),
      upload: async () => this.client.upload<DocumentAnswer>('/documents', name, new Uint8Array(await readFile(join(folder, name)))),
    }));
  }

  /** Deletes all of them. */
  async remove(): Promise<void> {
    for (const id of this.ids) await this.client.delete(`/documents/${id}`);
  }

  private async uploadAll<T>(
    items: readonly T[],
    onProgress: (done: number) => void,
    toUpload: (item: T) => { name: string; upload: () => Promise<DocumentAnswer> },
  ): Promise<void> {
    const waiting = items.values();
    const failed = new AbortController();
    const signal = AbortSignal.any([this.signal, failed.signal]);
    let done = 0;
    const work = async (): Promise<void> => {
      for (const item of waiting) {
        signal.throwIfAborted();
        const { name, upload } = toUpload(item);
        await this.store(name, upload, signal);
        onProgress(++done);
      }
    };
    const workers = Array.from({ length: UPLOADS_AT_ONCE }, () => work().catch((error: unknown) => failed.abort(error)));
    await Promise.all(workers);
    signal.throwIfAborted();
  }

  private async store(name: string, upload: () => Promise<DocumentAnswer>, signal: AbortSignal): Promise<void> {
    try {
      const { id } = await upload();
      this.ids.push(id);
      const { status, error, chunk_count: chunks } = await untilSettled(this.client, id, INDEXED_WITHIN_MS, signal);
      if (status !== 'indexed') throw new StopError(error ? `${error.code}: ${error.detail}` : `it is still ${status}.`);
      this.chunks += chunks;
    } catch (error) {
      if (!(error instanceof UnexpectedAnswer) && !(error instanceof StopError)) throw error;
      throw new StopError(`${name} cannot be stored: ${error.message}`);
    }
  }

  private bodyOf({ id, title, text }: CorpusDocument): object {
    const filled = text.trim() === '' ? title : text;
    // the same text is one document an owner, and a set may hold it more than once: each time another owner has it
    const copies = (this.copies.get(filled) ?? 0) + 1;
    this.copies.set(filled, copies);
    return {
      title: title.trim().slice(0, TITLE_CHARACTERS_MAX).toWellFormed() || NO_TITLE,
      text: filled,
      owner_id: copies === 1 ? this.mark : `${this.mark}-${copies}`,
      metadata: { _id: id, eval_set: this.mark },
    };
  }
}
