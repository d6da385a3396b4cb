import { existsSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { StopError } from '../../src/platform/index.js';
import type { Collection, CorpusDocument, EvaluationQuestion } from './collection.js';
import { jsonLines, lineError, textLines, type JsonLine } from './json-lines.js';

/** A test collection of the folder layout that BEIR (Thakur et al. 2021) made usual, with its documents. */
export interface BeirSet extends Collection {
  documents: CorpusDocument[];
}

/** BEIR's own sets have their judgements by part, the test part for measurements. */
const QRELS = ['qrels.tsv', join('qrels', 'test.tsv')];

/**
 * Reads `corpus.jsonl` (`_id`, `title`, `text`), `queries.jsonl` (`_id`, `text`) and `qrels.tsv` (query-id, corpus-id, score).
 * Throws a line that says what is wrong and where: torn lines, ids that are there twice, judgements of unknown ids.
 */
export function readBeirSet(folder: string): BeirSet {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new StopError(`There is no folder ${folder}.`);
  const qrels = QRELS.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (qrels === undefined) throw new StopError(`${folder} holds no ${QRELS.join(', nor ')}: it is no set in BEIR's layout.`);
  const corpusPath = join(folder, 'corpus.jsonl');
  const queriesPath = join(folder, 'queries.jsonl');
  const documents = [...byId(corpusPath)].map(([id, line]) => documentOf(id, line, corpusPath));
  const queries = new Map([...byId(queriesPath)].map(([id, line]) => [id, textOf(line, 'text', queriesPath)]));
  const judgements = readJudgements(qrels, queries, new Set(documents.map(({ id }) => id)));

  const stored = documents.filter(({ title, text }) => holdsText(title) || holdsText(text));
  const questions = questionsOf(queries, judgements, queriesPath);
  const notes = [
    ...leftOut(documents.length - stored.length, 'documents are left out: they hold no text'),
    ...leftOut(queries.size - questions.length, 'questions are left out: no document is judged to answer them'),
  ];
  if (stored.length === 0) throw new StopError(`${corpusPath} holds no document with a text. Nothing was evaluated.`);
  if (questions.length === 0) throw new StopError(`${folder} holds no question with a document that answers it. Nothing was evaluated.`);
  return { name: basename(resolve(folder)), documents: stored, questions, notes };
}

function questionsOf(queries: Map<string, string>, judgements: Map<string, Map<string, number>>, path: string): EvaluationQuestion[] {
  return [...queries].flatMap(([id, text]) => {
    const grades = judgements.get(id);
    if (!grades) return [];
    if (text.trim() === '') throw new StopError(`${path} holds no text for question "${id}". Nothing was evaluated.`);
    return [{ id, text, grades, page: null, kind: null }];
  });
}

function byId(path: string): Map<string, JsonLine> {
  const lines = new Map<string, JsonLine>();
  for (const line of jsonLines(path)) {
    const { _id: id } = line.value;
    if (!(typeof id === 'string' && id !== '') && typeof id !== 'number') throw lineError(path, line.number, 'has no _id');
    const first = lines.get(String(id));
    if (first) throw lineError(path, line.number, `has the _id "${id}" of line ${first.number} again`);
    lines.set(String(id), line);
  }
  if (lines.size === 0) throw new StopError(`${path} is empty. Nothing was evaluated.`);
  return lines;
}

function documentOf(id: string, line: JsonLine, path: string): CorpusDocument {
  return { id, title: 'title' in line.value ? textOf(line, 'title', path) : '', text: textOf(line, 'text', path) };
}

function textOf({ value, number }: JsonLine, field: string, path: string): string {
  const text = value[field];
  if (typeof text !== 'string') throw lineError(path, number, `has no ${field}`);
  return text.replaceAll('\0', ' ').toWellFormed();
}

/** Grades above 0 by question and document. What is judged and not relevant counts as what was not judged, as in trec_eval. */
function readJudgements(path: string, queries: ReadonlyMap<string, unknown>, documents: ReadonlySet<string>) {
  const judgements = new Map<string, Map<string, number>>();
  let isFirst = true;
  for (const { number, text } of textLines(path)) {
    const columns = text.replace(/\r$/, '').split('\t');
    const [query, document, grade] = columns;
    const isHeader = isFirst && !isGrade(grade);
    isFirst = false;
    if (isHeader && columns.length === 3) continue;
    if (columns.length !== 3 || !isGrade(grade))
      throw lineError(path, number, 'is not three columns (query-id, corpus-id, score: a number) with tabs between');
    if (!queries.has(query)) throw lineError(path, number, `judges for the question "${query}", which queries.jsonl does not have`);
    if (!documents.has(document)) throw lineError(path, number, `judges the document "${document}", which corpus.jsonl does not have`);
    if (Number(grade) <= 0) continue;
    const grades = judgements.get(query) ?? new Map<string, number>();
    judgements.set(query, grades.set(document, Number(grade)));
  }
  return judgements;
}

function isGrade(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== '' && Number.isFinite(Number(text));
}

function holdsText(text: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text);
}

function leftOut(count: number, words: string): string[] {
  return count === 0 ? [] : [`${count} ${words}`];
}
