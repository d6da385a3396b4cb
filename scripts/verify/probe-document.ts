import { randomBytes } from 'node:crypto';
import { UnexpectedAnswer, type HttpClient } from '../http-client.js';
import type { SearchAnswer } from '../demo/search-answer.js';
import { Unsound } from './findings.js';
import type { ListAnswer } from './instance-answers.js';
import type { DocumentAnswer } from '../stored-document.js';

const LOOK = 'Look at the log of the service. If a document titled "Probe of npm run verify" is left in GET /documents, delete it.';

/** Saves a document with a text that nobody else has, finds it in both stores, deletes it and misses it in both. */
export async function probeDocument(client: HttpClient): Promise<string> {
  const word = `probe${randomBytes(8).toString('hex')}`;
  const text = `The blue heron ${word} stands on one leg beside the lighthouse and waits for the tide.`;
  let id: number | undefined;
  try {
    const saved = await client.post<DocumentAnswer>('/documents/text?wait=true', { title: 'Probe of npm run verify', text });
    id = saved.id;
    if (saved.status !== 'indexed') throw new Unsound(`document ${id} is ${saved.status} after two minutes`, LOOK);
    if (!(await isFound(client, id, text))) throw new Unsound(`a search for its own words does not find document ${id}`, LOOK);
    if (!(await isInDatabase(client, id, word))) throw new Unsound(`the database does not have document ${id}`, LOOK);
    await client.delete(`/documents/${id}`);
    await isGone(client, id);
    if (await isFound(client, id, text)) throw new Unsound(`a search still finds document ${id}, which is deleted`, LOOK);
    if (await isInDatabase(client, id, word)) throw new Unsound(`the database still shows document ${id}, which is deleted`, LOOK);
    const done = id;
    id = undefined;
    return `document ${done} was saved, found by its meaning and in SQL, deleted, and is found no more`;
  } finally {
    if (id !== undefined) await client.delete(`/documents/${id}`).catch(() => undefined);
  }
}

async function isFound(client: HttpClient, id: number, query: string): Promise<boolean> {
  const { hits } = await client.post<SearchAnswer>('/search', { query, top_k: 5 });
  return hits.some((hit) => hit.document.id === id);
}

async function isInDatabase(client: HttpClient, id: number, word: string): Promise<boolean> {
  const { items } = await client.get<ListAnswer>(`/vectors?contains=${word}`);
  return items.some((item) => item.document_id === id);
}

async function isGone(client: HttpClient, id: number): Promise<void> {
  try {
    await client.get(`/documents/${id}`);
  } catch (error) {
    if (error instanceof UnexpectedAnswer && error.status === 404) return;
    throw error;
  }
  throw new Unsound(`GET /documents/${id} still answers, though the document is deleted`, LOOK);
}
