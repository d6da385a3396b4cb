import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judge } from '../../scripts/eval/evaluate.js';
import { checkDocuments, readQuestionFile } from '../../scripts/eval/question-file.js';
import type { EvaluatedHit } from '../../scripts/eval/search-answer.js';
import { temporaryFolder } from '../support/temporary-folder.js';

function fileOf(...lines: string[]): string {
  const path = join(temporaryFolder('questions'), 'questions.jsonl');
  writeFileSync(path, lines.join('\n'));
  return path;
}

const hit = (filename: string, start: number, end = start): EvaluatedHit => ({
  score: 0.5,
  document: { id: 1, filename, metadata: {} },
  chunk: { page_start: start, page_end: end },
});
const keyOf = ({ document }: EvaluatedHit): string => document.filename;

describe('a file of questions', () => {
  it('is read with what is known of each answer', () => {
    const { questions } = readQuestionFile(
      fileOf(
        '{"question":"How?","document":"a.pdf","page":2,"kind":"other words","answer":"so"}',
        '',
        '{"question":"Why?","document":"b.md"}',
      ),
    );
    expect(questions.map(({ id, document, page, kind, answer }) => [id, document, page, kind, answer])).toEqual([
      ['line 1', 'a.pdf', 2, 'other words', 'so'],
      ['line 3', 'b.md', null, null, null],
    ]);
  });

  it.each([
    ['a torn line', '{"question":"How?","docu', /line 2, is no JSON/],
    ['no question', '{"document":"a.pdf"}', /line 2, has no question/],
    ['a blank question', '{"question":" ","document":"a.pdf"}', /line 2, has a question that is no text/],
    ['no document', '{"question":"How?"}', /line 2, has no document/],
    ['a page of 0', '{"question":"How?","document":"a.pdf","page":0}', /line 2, has a page that is no whole number from 1/],
    ['a page as text', '{"question":"How?","document":"a.pdf","page":"3"}', /line 2, has a page/],
    ['an id that is there twice', '{"question":"How?","document":"a.pdf","id":"line 1"}', /line 2, has the id "line 1" of line 1 again/],
  ])('with %s is refused with the place', (_, line, words) => {
    expect(() => readQuestionFile(fileOf('{"question":"Why?","document":"b.md"}', line))).toThrow(words);
  });

  it('is refused when it is empty, or asks about what is not there', () => {
    expect(() => readQuestionFile(fileOf(''))).toThrow(/questions\.jsonl is empty/);
    const { questions } = readQuestionFile(fileOf('{"question":"How?","document":"a.pdf"}', '{"question":"Why?","document":"b.md"}'));
    expect(() => checkDocuments('q.jsonl', questions, new Set(['b.md']), '/manuals')).toThrow(
      'q.jsonl asks about "a.pdf", which /manuals does not have.',
    );
    expect(() => checkDocuments('q.jsonl', questions, new Set(['a.pdf', 'b.md']), '/manuals')).not.toThrow();
  });
});

describe('the judgement of an answer', () => {
  const question = { id: '1', text: 'How?', grades: new Map([['a.pdf', 1]]), page: 3, kind: null };

  it('tells the right document from the right page, at first and among five', () => {
    const found = judge(question, [hit('b.md', 1), hit('a.pdf', 1), hit('b.md', 3), hit('a.pdf', 2, 3)], keyOf, 1);
    expect(found.measures).toMatchObject({ 'document@1': 0, 'document@5': 1, 'page@1': 0, 'page@5': 1, 'recall@5': 1, 'MRR@10': 0.5 });
    expect(found.rank).toBe(2);
    expect(found.found).toEqual(['b.md, page 1', 'a.pdf, page 1', 'b.md, page 3', 'a.pdf, pages 2–3']);
    expect(judge(question, [hit('a.pdf', 3)], keyOf, 1).measures).toMatchObject({ 'document@1': 1, 'page@1': 1, 'page@5': 1 });
  });

  it('looks at the first five passages alone, and at documents by their best', () => {
    const others = Array.from({ length: 5 }, () => hit('b.md', 3));
    const { measures, rank } = judge(question, [...others, hit('a.pdf', 3)], keyOf, 1);
    expect(measures).toMatchObject({ 'document@5': 0, 'page@5': 0, 'recall@5': 1, 'MRR@10': 0.5 });
    expect(rank).toBe(2);
  });

  it('measures no pages where none is known, and finds nothing in nothing', () => {
    const { measures, rank, found } = judge({ ...question, page: null }, [], keyOf, 1);
    expect(measures).toEqual({ 'nDCG@10': 0, 'recall@5': 0, 'recall@10': 0, 'recall@100': 0, 'MRR@10': 0 });
    expect([rank, found]).toEqual([null, []]);
  });
});
