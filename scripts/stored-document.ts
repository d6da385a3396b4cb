import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpClient } from './http-client.js';

/** The parts of the service's answer about a document that the scripts read. */
export interface DocumentAnswer {
  id: number;
  filename: string;
  title: string;
  status: string;
  page_count: number | null;
  chunk_count: number;
  error: { code: string; detail: string } | null;
}

const POLL_MS = 100;

/** The document once it is indexed or has failed, or as it is after `withinMs`. */
export async function untilSettled(client: HttpClient, id: number, withinMs: number, signal?: AbortSignal): Promise<DocumentAnswer> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    signal?.throwIfAborted();
    const document = await client.get<DocumentAnswer>(`/documents/${id}`);
    if (document.status === 'indexed' || document.status === 'failed' || Date.now() > deadline) return document;
    await sleep(POLL_MS);
  }
}
