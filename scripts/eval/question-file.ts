import { basename } from 'node:path';
import { StopError } from '../../src/platform/index.js';
import type { Collection, EvaluationQuestion } from './collection.js';
import { jsonLines, lineError, type JsonLine } from './json-lines.js';

/** A question of a person, and where its answer stands. */
export interface WrittenQuestion extends EvaluationQuestion {
  /** The file's name, as it was uploaded. */
  document: string;
  /** Words that hold the answer; null when none are given. Nothing is measured by them. */
  answer: string | null;
}

export interface QuestionFile extends Collection {
  questions: WrittenQuestion[];
}

/**
 * Reads JSON Lines of `question`, `document` and, where they are known, `page`, `kind`, `answer`, `id`.
 * Throws a line that names file and line for one that is torn or lacks something.
 */
export function readQuestionFile(path: string): QuestionFile {
  const ids = new Map<string, number>();
  const questions: WrittenQuestion[] = [];
  for (const line of jsonLines(path)) {
    const question = questionOf(line, path);
    const first = ids.get(question.id);
    if (first !== undefined) throw lineError(path, line.number, `has the id "${question.id}" of line ${first} again`);
    ids.set(question.id, line.number);
    questions.push(question);
  }
  if (questions.length === 0) throw new StopError(`${path} is empty. Nothing was evaluated.`);
  return { name: basename(path), questions, notes: [] };
}

/** Throws a line that names the first question whose document is not there. @param where they were looked for */
export function checkDocuments(path: string, questions: readonly WrittenQuestion[], there: ReadonlySet<string>, where: string): void {
  const unknown = [...new Set(questions.map(({ document }) => document).filter((document) => !there.has(document)))];
  if (unknown.length === 0) return;
  const named = unknown.slice(0, 5).map((name) => `"${name}"`);
  const more = unknown.length > named.length ? ` and ${unknown.length - named.length} more` : '';
  throw new StopError(`${path} asks about ${named.join(', ')}${more}, which ${where} does not have. Nothing was evaluated.`);
}

function questionOf({ value, number }: JsonLine, path: string): WrittenQuestion {
  const text = (field: string): string | null => {
    const given = value[field] ?? null;
    if (given !== null && (typeof given !== 'string' || given.trim() === ''))
      throw lineError(path, number, `has a ${field} that is no text`);
    return given;
  };
  const [question, document, page] = [text('question'), text('document'), value.page ?? null];
  if (question === null) throw lineError(path, number, 'has no question');
  if (document === null) throw lineError(path, number, 'has no document');
  if (page !== null && !(typeof page === 'number' && Number.isInteger(page) && page >= 1))
    throw lineError(path, number, 'has a page that is no whole number from 1');
  return {
    id: text('id') ?? `line ${number}`,
    text: question,
    grades: new Map([[document, 1]]),
    document,
    page,
    kind: text('kind'),
    answer: text('answer'),
  };
}
