/**
 * A demonstration on a throw-away instance: ingests `data/samples`, asks five questions, shows each answer with document,
 * page and passage, deletes a document and shows that it is gone. Exit code 1 when an answer is not the expected one.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot, readEnvironment } from '../src/platform/index.js';
import { faultOf, flat, pages, QUESTIONS_FILE, readQuestions, type Question } from './demo/questions.js';
import type { SearchAnswer } from './demo/search-answer.js';
import { documentFiles } from './document-files.js';
import { HttpClient, UnexpectedAnswer } from './http-client.js';
import { interruption, unlessInterrupted } from './interruption.js';
import { untilSettled, type DocumentAnswer } from './stored-document.js';
import { bold, dim, mark, say, wrapped } from './terminal.js';
import { ThrowAwayInstance } from './throw-away-instance.js';

const samples = join(projectRoot, 'data', 'samples');
const INDEXED_WITHIN_MS = 120_000;
let failures = 0;

function check(good: boolean, text: string, fault?: string): void {
  if (!good) failures++;
  mark(good, text, fault);
}

async function ingest(client: HttpClient): Promise<DocumentAnswer[]> {
  say(`\n${bold('Ingesting data/samples')}`);
  const accepted: DocumentAnswer[] = [];
  for (const name of await documentFiles(samples)) {
    accepted.push(await client.upload<DocumentAnswer>('/documents', name, new Uint8Array(await readFile(join(samples, name)))));
  }
  const documents: DocumentAnswer[] = [];
  for (const { id } of accepted) documents.push(await untilSettled(client, id, INDEXED_WITHIN_MS));
  for (const { filename, status, page_count, chunk_count, error } of documents) {
    const size = `${String(page_count ?? 0).padStart(2)} ${page_count === 1 ? 'page ' : 'pages'} ${String(chunk_count).padStart(3)} chunks`;
    check(status === 'indexed', `${filename.padEnd(40)} ${size}`, error ? `${error.code}: ${error.detail}` : `It is still ${status}.`);
  }
  return documents;
}

async function ask(client: HttpClient, question: Question): Promise<void> {
  const { hits } = await client.post<SearchAnswer>('/search', { query: question.question, top_k: 3 });
  const best = hits.at(0);
  say(`\n  ${bold(question.question)}`);
  const fault = faultOf(question, best);
  if (!best) return check(false, 'no answer', fault ?? undefined);
  check(
    !fault,
    `${best.document.title}, ${pages(best)}  ${dim(`${best.document.filename} · score ${best.score.toFixed(3)}`)}`,
    fault ?? '',
  );
  const lines = wrapped(flat(best.chunk.text), 92);
  for (const line of lines) say(`    │ ${line.replace(question.says, bold)}`);
}

async function deleteAndAskAgain(client: HttpClient, document: DocumentAnswer, question: Question): Promise<void> {
  say(`\n${bold(`Deleting ${document.filename}`)}`);
  const deleted = await client.delete<{ deleted_vectors: number }>(`/documents/${document.id}`);
  const all = deleted.deleted_vectors === document.chunk_count;
  check(all, `its ${deleted.deleted_vectors} vectors are deleted`, `It had ${document.chunk_count}.`);

  const answer = await client.get<DocumentAnswer>(`/documents/${document.id}`).then(
    () => '200, as if it were still there',
    (error: unknown) => (error instanceof UnexpectedAnswer ? `${error.status} ${error.code ?? ''}` : String(error)),
  );
  check(answer.startsWith('404'), `GET /documents/${document.id} answers ${answer}`, 'It should be 404.');

  const { hits } = await client.post<SearchAnswer>('/search', { query: question.question, top_k: 100 });
  const left = hits.filter((hit) => hit.document.id === document.id).length;
  check(
    left === 0 && hits.length > 0,
    `none of its passages is among the ${hits.length} found for the last question`,
    `${left} still are.`,
  );
  const best = hits.at(0);
  if (best) say(`    ${dim(`the best is now ${best.document.filename}, ${pages(best)}, with a score of ${best.score.toFixed(3)} only`)}`);
}

async function demonstrate(client: HttpClient): Promise<void> {
  const { questions, delete: deletedName } = await readQuestions(samples);
  const documents = await ingest(client);
  say(`\n${bold('Asking, in a person’s own words')}`);
  for (const question of questions) await ask(client, question);
  const document = documents.find(({ filename }) => filename === deletedName);
  const last = questions.findLast(({ filename }) => filename === deletedName);
  if (!document || !last) throw new Error(`${QUESTIONS_FILE} deletes ${deletedName}, which is no sample or is not asked about.`);
  await deleteAndAskAgain(client, document, last);
}

async function run(): Promise<void> {
  const startedAt = Date.now();
  const signal = interruption();
  const own = await ThrowAwayInstance.prepare('demo', readEnvironment());
  try {
    say(bold('Hybrid Vector Storage: a demonstration on a throw-away instance'));
    say(`  data      ${own.dataDir}, removed at the end`);
    say(
      `  database  ${own.databaseName ? `${own.databaseName} on the server of DATABASE_URL, dropped at the end` : 'an embedded PostgreSQL'}`,
    );
    const { baseUrl } = await own.start();
    say(`  address   ${baseUrl}, ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
    await unlessInterrupted(signal, demonstrate(new HttpClient(baseUrl)));
  } finally {
    const fault = await own.remove();
    if (fault) check(false, 'the instance ended cleanly', fault);
  }
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  say(failures ? `\n${failures} of the findings are wrong. ${seconds} s` : `\nAll as expected, and nothing is left behind. ${seconds} s`);
}

try {
  await run();
} catch (error) {
  failures++;
  say();
  mark(false, error instanceof Error ? error.message : String(error));
}
process.exitCode = failures ? 1 : 0;
