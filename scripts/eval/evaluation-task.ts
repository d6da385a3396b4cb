import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { projectRoot, StopError } from '../../src/platform/index.js';
import { documentFiles } from '../document-files.js';
import type { HttpClient } from '../http-client.js';
import { readBeirSet } from './beir-set.js';
import { spread, type Collection } from './collection.js';
import type { EvaluationOptions } from './options.js';
import { checkDocuments, readQuestionFile } from './question-file.js';
import type { EvaluatedHit } from './search-answer.js';
import type { Filter } from './search-client.js';
import { StoredDocuments } from './stored-documents.js';

/** What is to be done, read and checked before anything is started. */
export interface EvaluationTask extends Collection {
  /** The documents that are brought in, and how many; null when the instance has them. */
  upload: { count: number; run: (into: StoredDocuments, onProgress: (done: number) => void) => Promise<void> } | null;
  /** Looks whether a running instance has what is asked about. */
  check: (client: HttpClient) => Promise<void>;
  /** Which passages of a running instance are searched. */
  filterOf: (stored: StoredDocuments) => Filter | null;
  keyOf: (hit: EvaluatedHit) => string;
  /** Whether only documents count, not the passages of each. */
  byDocument: boolean;
}

interface DocumentPage {
  items: { filename: string }[];
  next_cursor: string | null;
}

/** The questions that come with the project. */
export const SAMPLE_QUESTIONS = join(projectRoot, 'data', 'samples', 'questions.jsonl');

export async function readTask(options: EvaluationOptions, corpora: string | undefined): Promise<EvaluationTask> {
  const task = options.set === null ? await questionTask(options) : setTask(options.set, corpora);
  return { ...task, questions: spread(task.questions, options.limit) };
}

function setTask(name: string, corpora: string | undefined): EvaluationTask {
  const set = readBeirSet(setFolder(name, corpora));
  return {
    ...set,
    upload: { count: set.documents.length, run: (into, onProgress) => into.uploadSet(set.documents, onProgress) },
    check: () => Promise.resolve(),
    filterOf: (stored) => stored.filter,
    keyOf: (hit) => StoredDocuments.keyOf(hit),
    byDocument: true,
  };
}

/** A folder as it was given, or one of that name among the known sets. */
function setFolder(name: string, corpora: string | undefined): string {
  const known = corpora ?? join(projectRoot, '..', 'shared', 'corpora');
  const named = basename(name) === name ? join(known, name) : name;
  const found = [name, named].find((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
  if (found === undefined)
    throw new StopError(`There is no folder ${name}${named === name ? '' : `, nor ${named}`}. Nothing was evaluated.`);
  return found;
}

async function questionTask({ questions, documents, url, owner }: EvaluationOptions): Promise<EvaluationTask> {
  const path = questions ?? SAMPLE_QUESTIONS;
  const file = readQuestionFile(path);
  const shared = { ...file, keyOf: ({ document }: EvaluatedHit) => document.filename, byDocument: false };
  const filter = owner === null ? null : { owner_id: owner };
  if (url !== null) {
    const check = async (client: HttpClient): Promise<void> =>
      checkDocuments(path, file.questions, await namesIn(client, [...new Set(file.questions.map(({ document }) => document))], owner), url);
    return { ...shared, upload: null, check, filterOf: () => filter };
  }
  const folder = documents ?? dirname(resolve(path));
  if (!existsSync(folder)) throw new StopError(`There is no folder ${folder}. Nothing was evaluated.`);
  const names = await documentFiles(folder);
  checkDocuments(path, file.questions, new Set(names), folder);
  const run = (into: StoredDocuments, onProgress: (done: number) => void): Promise<void> => into.uploadFiles(folder, names, onProgress);
  return { ...shared, upload: { count: names.length, run }, check: () => Promise.resolve(), filterOf: () => filter };
}

/** Which of these file names the instance has, indexed. */
async function namesIn(client: HttpClient, wanted: readonly string[], owner: string | null): Promise<Set<string>> {
  const there = new Set<string>();
  for (const name of wanted) {
    for (let cursor: string | null = ''; cursor !== null && !there.has(name);) {
      const fields = {
        q: name.slice(0, 200),
        status: 'indexed',
        limit: '500',
        ...(owner !== null && { owner_id: owner }),
        ...(cursor && { cursor }),
      };
      const page: DocumentPage = await client.get<DocumentPage>(`/documents?${new URLSearchParams(fields).toString()}`);
      for (const { filename } of page.items) there.add(filename);
      cursor = page.next_cursor;
    }
  }
  return there;
}
