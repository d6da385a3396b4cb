import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hit } from './search-answer.js';

export interface Question {
  question: string;
  /** Where the answer stands: the file in `data/samples`, and the page (1 for a format without pages). */
  filename: string;
  page: number;
  /** Words of the passage that hold the answer. */
  says: string;
}

export interface Questions {
  questions: Question[];
  /** The file that is deleted at the end; the last question is about it. */
  delete: string;
}

export const QUESTIONS_FILE = 'demo-questions.json';

export async function readQuestions(samples: string): Promise<Questions> {
  return JSON.parse(await readFile(join(samples, QUESTIONS_FILE), 'utf8')) as Questions;
}

/** What is wrong with the best hit as the answer to a question; null when it is the right document, page and passage. */
export function faultOf(question: Question, hit: Hit | undefined): string | null {
  const { filename, page, says } = question;
  if (!hit) return `Nothing was found; the answer stands in ${filename}, page ${page}.`;
  if (hit.document.filename !== filename) return `The answer stands in ${filename}, page ${page}; this is ${hit.document.filename}.`;
  if (page < hit.chunk.page_start || page > hit.chunk.page_end) return `The answer stands on page ${page}; this is ${pages(hit)}.`;
  if (!flat(hit.chunk.text).includes(says)) return `The right page, but the passage does not say "${says}".`;
  return null;
}

/** `page 3` or `pages 3–4`. */
export function pages({ chunk: { page_start, page_end } }: Hit): string {
  return page_start === page_end ? `page ${page_start}` : `pages ${page_start}–${page_end}`;
}

/** On one line: a PDF's text is broken where its lines are. */
export function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
