import { setTimeout as sleep } from 'node:timers/promises';
import type { DocumentDto } from '../../src/documents/dto/document.dto.js';

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T & { code?: string; detail?: string };
}

/** Calls a running application about documents, as a client with fetch would. */
export class DocumentsClient {
  constructor(private readonly url: string) {}

  async call<T = DocumentDto>(method: string, path: string, body?: object): Promise<Answer<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer<T>['body'] };
  }

  async upload(content: string | Buffer, filename: string, fields: Record<string, string> = {}, query = ''): Promise<Answer<DocumentDto>> {
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(Buffer.from(content))]), filename);
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    const response = await fetch(`${this.url}/documents${query}`, { method: 'POST', body: form });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer<DocumentDto>['body'] };
  }

  uploadText(title: string, text: string, more: object = {}, query = ''): Promise<Answer<DocumentDto>> {
    return this.call('POST', `/documents/text${query}`, { title, text, ...more });
  }

  async document(id: number): Promise<DocumentDto> {
    return (await this.call('GET', `/documents/${id}`)).body;
  }

  /** Looks until the document is neither queued nor in work. */
  async settled(id: number): Promise<DocumentDto> {
    for (;;) {
      const document = await this.document(id);
      if (document.status !== 'queued' && document.status !== 'processing') return document;
      await sleep(20);
    }
  }

  list(query = ''): Promise<Answer<{ items: DocumentDto[]; next_cursor: string | null }>> {
    return this.call('GET', `/documents${query}`);
  }
}
