import type { INestApplicationContext } from '@nestjs/common';
import { PostgresSync } from '../../src/sync/index.js';
import { until } from './until.js';

const QUESTIONS = ['How is the filter cleaned?', 'How fast is the fan?', 'How long is the warranty?'];

async function json<T>(url: string, body?: object): Promise<T> {
  const init = body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  return (await (await fetch(url, init)).json()) as T;
}

/** What people see of an instance: documents, chunks, answers with their scores; what must be the same after a rebuild. */
export async function answersOf(url: string): Promise<unknown> {
  const { items } = await json<{ items: { id: number }[] }>(`${url}/documents?limit=500`);
  const { store_id, journal } = await json<{ store_id: string; journal: { last_sequence: number } }>(`${url}/index`);
  const chunks = await Promise.all(items.map(({ id }) => json(`${url}/vectors/document/${id}?full=true`)));
  const found = await Promise.all(
    QUESTIONS.map(async (query) => (await json<{ hits: unknown[] }>(`${url}/search`, { query, mode: 'vector', top_k: 100 })).hits),
  );
  return { store_id, sequence: journal.last_sequence, items, chunks, found };
}

/** PostgreSQL holds everything that was journalled. */
export async function settled(app: INestApplicationContext): Promise<void> {
  const sync = app.get(PostgresSync);
  await until(() => sync.lag === 0);
}
