import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SAMPLE_QUESTIONS } from '../../scripts/eval/evaluation-task.js';
import { readQuestionFile } from '../../scripts/eval/question-file.js';
import { detectType } from '../../src/documents/extractors/index.js';
import { extractorOf } from '../../src/documents/extractors/extractor-of.js';

const samples = dirname(SAMPLE_QUESTIONS);
const { questions } = readQuestionFile(SAMPLE_QUESTIONS);

/** Of each page, as the service reads it, on one line. */
async function pagesOf(filename: string): Promise<string[]> {
  const bytes = new Uint8Array(readFileSync(join(samples, filename)));
  const { mimeType } = await detectType(bytes, filename);
  const { readable } = await extractorOf(mimeType).extract(bytes, () => undefined);
  return readable.pages.map(({ charStart, charEnd }) => readable.text.slice(charStart, charEnd).replace(/\s+/g, ' '));
}

describe('the questions on the samples', () => {
  it('are sixty, each once, of every kind, about all documents', () => {
    expect(questions).toHaveLength(60);
    expect(new Set(questions.map(({ text }) => text)).size).toBe(60);
    expect(new Set(questions.map(({ kind }) => kind))).toEqual(
      new Set(['paraphrase', 'other words', 'error code', 'part number', 'product name']),
    );
    expect(new Set(questions.map(({ document }) => document)).size).toBe(9);
    expect(questions.filter(({ document }) => !existsSync(join(samples, document)))).toEqual([]);
  });

  it('have their answers on the page that they name', async () => {
    const pages = new Map<string, string[]>();
    for (const document of new Set(questions.map((question) => question.document))) pages.set(document, await pagesOf(document));
    const wrong = questions.filter(({ document, page, answer }) => !answer || !pages.get(document)?.[page! - 1]?.includes(answer));
    expect(wrong.map(({ id, text }) => `${id}: ${text}`)).toEqual([]);
  });
});
