import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBeirSet } from '../../scripts/eval/beir-set.js';
import { spread } from '../../scripts/eval/collection.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const corpus = ['{"_id":"d1","title":"One","text":"first"}', '{"_id":"d2","title":"","text":"second"}'];
const queries = ['{"_id":"q1","text":"which?"}', '{"_id":"q2","text":"what?"}'];
const qrels = ['query-id\tcorpus-id\tscore', 'q1\td1\t2', 'q1\td2\t0', 'q2\td2\t1'];

function folderOf(files: Record<string, string | Buffer | string[]>): string {
  const folder = join(temporaryFolder('beir'), 'small');
  mkdirSync(join(folder, 'qrels'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), Array.isArray(text) ? text.join('\n') : text);
  return folder;
}

const setOf = (change: Record<string, string | Buffer | string[]> = {}) =>
  folderOf({ 'corpus.jsonl': corpus, 'queries.jsonl': queries, 'qrels.tsv': qrels, ...change });

describe('a set in BEIR’s layout', () => {
  it('is read with its documents, questions and grades, what is judged 0 counting as not judged', () => {
    const set = readBeirSet(setOf());
    expect(set.name).toBe('small');
    expect(set.documents).toEqual([
      { id: 'd1', title: 'One', text: 'first' },
      { id: 'd2', title: '', text: 'second' },
    ]);
    expect(set.questions.map(({ id, text, grades }) => ({ id, text, grades: [...grades] }))).toEqual([
      { id: 'q1', text: 'which?', grades: [['d1', 2]] },
      { id: 'q2', text: 'what?', grades: [['d2', 1]] },
    ]);
    expect(set.notes).toEqual([]);
  });

  it('may have its judgements as BEIR has them, no header, blank lines, Windows line ends, and ids that are numbers', () => {
    const folder = folderOf({
      'corpus.jsonl': '\ufeff{"_id":1,"text":"a\u2028b"}\r\n\r\n',
      'queries.jsonl': '{"_id":7,"text":"c"}\r\n',
      'qrels/test.tsv': '7\t1\t1\r\n\r\n',
    });
    const { documents, questions } = readBeirSet(folder);
    expect(documents).toEqual([{ id: '1', title: '', text: 'a\u2028b' }]);
    expect([...questions[0].grades]).toEqual([['1', 1]]);
  });

  it('leaves out what cannot be measured, and says so', () => {
    const { documents, questions, notes } = readBeirSet(
      setOf({ 'corpus.jsonl': [...corpus, '{"_id":"d3","title":" ","text":""}'], 'queries.jsonl': [...queries, '{"_id":"q3","text":""}'] }),
    );
    expect([documents.length, questions.length]).toEqual([2, 2]);
    expect(notes).toEqual([
      '1 documents are left out: they hold no text',
      '1 questions are left out: no document is judged to answer them',
    ]);
  });

  it.each([
    ['a torn line', { 'corpus.jsonl': [...corpus, '{"_id":"d3","te'] }, /corpus\.jsonl, line 3, is no JSON \(\{"_id":"d3","te\)/],
    ['a line that is an array', { 'queries.jsonl': ['[]'] }, /queries\.jsonl, line 1, is no JSON object/],
    ['bytes that are no UTF-8', { 'queries.jsonl': Buffer.from('{"_id":"q1","text":"\xff"}', 'latin1') }, /line 1, is no UTF-8/],
    ['a document without id', { 'corpus.jsonl': ['{"text":"a"}'] }, /corpus\.jsonl, line 1, has no _id/],
    ['a document without text', { 'corpus.jsonl': ['{"_id":"d1"}'] }, /corpus\.jsonl, line 1, has no text/],
    ['an id that is there twice', { 'corpus.jsonl': [...corpus, corpus[0]] }, /line 3, has the _id "d1" of line 1 again/],
    ['a judgement of an unknown document', { 'qrels.tsv': [...qrels, 'q1\td9\t1'] }, /qrels\.tsv, line 5, judges the document "d9"/],
    ['a judgement for an unknown question', { 'qrels.tsv': ['q9\td1\t1'] }, /qrels\.tsv, line 1, judges for the question "q9"/],
    ['a judgement of two columns', { 'qrels.tsv': [...qrels, 'q1\td1'] }, /qrels\.tsv, line 5, is not three columns/],
    ['a judgement that is no number', { 'qrels.tsv': [...qrels, 'q1\td1\tgood'] }, /qrels\.tsv, line 5, is not three columns/],
    ['no documents', { 'corpus.jsonl': '\n' }, /corpus\.jsonl is empty/],
    ['only blank documents', { 'corpus.jsonl': ['{"_id":"d1","text":""}', '{"_id":"d2","text":" "}'] }, /no document with a text/],
    ['no questions', { 'queries.jsonl': '' }, /queries\.jsonl is empty/],
    ['no judgements', { 'qrels.tsv': qrels[0] }, /holds no question with a document that answers it/],
    ['a judged question without words', { 'queries.jsonl': [queries[0], '{"_id":"q2","text":" "}'] }, /holds no text for question "q2"/],
  ])('with %s is refused with the place', (_, change, words) => {
    expect(() => readBeirSet(setOf(change as Record<string, string>))).toThrow(words);
  });

  it('is refused when folder or files are not there', () => {
    const folder = folderOf({ 'queries.jsonl': queries, 'qrels.tsv': qrels });
    expect(() => readBeirSet(folder)).toThrow(/There is no file .*corpus\.jsonl\./);
    expect(() => readBeirSet(join(folder, 'nosuch'))).toThrow(/There is no folder .*nosuch\./);
    expect(() => readBeirSet(temporaryFolder())).toThrow(/holds no qrels\.tsv, nor qrels\/test\.tsv/);
  });
});

describe('a sample of questions', () => {
  it('is spread over all of them', () => {
    expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4)).toEqual([0, 2, 5, 7]);
    expect(spread([1, 2], 5)).toEqual([1, 2]);
    expect(spread([1, 2], null)).toEqual([1, 2]);
  });
});
