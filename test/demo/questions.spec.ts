import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hit } from '../../scripts/demo/search-answer.js';
import { faultOf, pages, readQuestions, type Question } from '../../scripts/demo/questions.js';

const samples = join(import.meta.dirname, '../../../data/samples');
const question: Question = { question: 'How often?', filename: 'guide.pdf', page: 2, says: 'every 40 litres' };

function hit(filename: string, pageStart: number, pageEnd: number, text: string): Hit {
  return {
    score: 0.5,
    document: { id: 1, title: 'A guide', filename },
    chunk: { text, page_start: pageStart, page_end: pageEnd },
  };
}

describe('the judgement of an answer in the demonstration', () => {
  it('takes the right document, page and passage, wherever its lines break', () => {
    expect(faultOf(question, hit('guide.pdf', 2, 2, 'Descale it every\n40 litres.'))).toBeNull();
  });

  it('takes a passage that goes over to the next page', () => {
    expect(faultOf(question, hit('guide.pdf', 1, 2, 'every 40 litres'))).toBeNull();
    expect(pages(hit('guide.pdf', 1, 2, ''))).toBe('pages 1–2');
    expect(pages(hit('guide.pdf', 2, 2, ''))).toBe('page 2');
  });

  it.each([
    ['no answer', undefined, 'Nothing was found'],
    ['another document', hit('manual.pdf', 2, 2, 'every 40 litres'), 'manual.pdf'],
    ['another page', hit('guide.pdf', 3, 4, 'every 40 litres'), 'pages 3–4'],
    ['another passage', hit('guide.pdf', 2, 2, 'every 70 litres'), 'does not say'],
  ])('refuses %s and says what is wrong', (_name, found, words) => {
    expect(faultOf(question, found)).toContain(words);
  });
});

describe('the questions of the demonstration', () => {
  it('are about samples that are there, the last one about the document that is deleted', async () => {
    const { questions, delete: deleted } = await readQuestions(samples);
    const files = readdirSync(samples);
    expect(questions).toHaveLength(5);
    expect(questions.filter(({ filename }) => !files.includes(filename))).toEqual([]);
    expect(questions.at(-1)?.filename).toBe(deleted);
  });

  it('have answers that stand in the one text only', async () => {
    const { questions } = await readQuestions(samples);
    const texts = files();
    for (const { says } of questions) expect(texts.filter((text) => text.replace(/\s+/g, ' ').includes(says))).toHaveLength(1);
  });
});

/** The samples' texts: a PDF's stands beside the script that makes it. */
function files(): string[] {
  const sources = join(import.meta.dirname, '../../../scripts/samples');
  const plain = readdirSync(samples).filter((name) => !/\.(pdf|jsonl?)$/.test(name));
  return [...plain.map((name) => join(samples, name)), ...readdirSync(sources).map((name) => join(sources, name))].map((path) =>
    readFileSync(path, 'utf8'),
  );
}
