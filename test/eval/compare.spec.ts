import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { comparedSide, compareFiles, compareModes } from '../../scripts/eval/compare.js';
import { judge, type QuestionResult } from '../../scripts/eval/evaluate.js';
import { makeReport, writeReport } from '../../scripts/eval/evaluation-report.js';
import { MODES, type Mode } from '../../scripts/eval/search-answer.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** @param ranks of the right document by question and mode; null: not found */
function results(ranks: Record<string, Partial<Record<Mode, number | null>>>): QuestionResult[] {
  return Object.entries(ranks).map(([id, byMode]) => {
    const question = { id, text: `What is ${id}?`, grades: new Map([['right', 1]]), page: null, kind: null };
    const modes = Object.entries(byMode).map(([mode, rank]) => {
      const hits = Array.from({ length: rank ?? 20 }, (_, at) => ({
        score: 1,
        document: { id: at, filename: at + 1 === rank ? 'right' : `wrong ${at}`, metadata: {} },
        chunk: { page_start: 1, page_end: 1 },
      }));
      return [mode, judge(question, hits, ({ document }) => document.filename, 1)];
    });
    return {
      id,
      question: question.text,
      expected: 'right',
      kind: null,
      embedding_ms: 1,
      modes: Object.fromEntries(modes) as QuestionResult['modes'],
    };
  });
}

const reportOf = (questions: QuestionResult[]) => makeReport({ collection: 'small', documents: 1, chunks: 1, settings: {} }, questions, []);
const before = results({
  up: { vector: 3, hybrid: 1 },
  down: { vector: 1, hybrid: 1 },
  deeper: { vector: 12 },
  same: { vector: 2 },
  gone: { vector: 1 },
});
const after = results({ up: { vector: 1 }, down: { vector: 3 }, deeper: { vector: 15 }, same: { vector: 2 }, fresh: { vector: 1 } });

describe('the comparison of two evaluations', () => {
  it('says by question what got better and worse, by nDCG and then by rank, of those that both have', () => {
    const compared = compareModes({ questions: before }, { questions: after }, 'vector', 'vector');
    expect(compared?.questions).toBe(4);
    expect(compared?.better.map(({ id, difference }) => [id, difference])).toEqual([['up', 0.5]]);
    expect(compared?.worse.map(({ id, difference }) => [id, difference])).toEqual([
      ['down', -0.5],
      ['deeper', 0],
    ]);
  });

  it('has the mean of the differences with an interval over the pairs', () => {
    const measure = compareModes({ questions: before }, { questions: after }, 'vector', 'vector')?.measures['nDCG@10'];
    // before: 0.5, 1, 0 and 1 / log2(3) = 0.63093; after: 1, 0.5, 0 and the same
    expect(measure?.before).toBeCloseTo(2.13093 / 4, 5);
    expect(measure?.after).toBeCloseTo(2.13093 / 4, 5);
    expect(measure?.difference.mean).toBeCloseTo(0, 12);
    expect(measure?.difference.low).toBeLessThan(-0.1);
    expect(measure?.difference.high).toBeGreaterThan(0.1);
    const same = compareModes({ questions: before }, { questions: before }, 'vector', 'vector');
    expect([same?.better, same?.worse, same?.measures['nDCG@10'].difference]).toEqual([[], [], { mean: 0, low: 0, high: 0 }]);
  });

  it('reads what was written, mode by mode, or one mode against another', async () => {
    const folder = temporaryFolder('compare');
    const [a, b] = [join(folder, 'a.json'), join(folder, 'b.json')];
    await writeReport(a, reportOf(before));
    await writeReport(b, reportOf(after));
    const titles = (from: string, to: string): string[] =>
      compareFiles(comparedSide(from), comparedSide(to), MODES).map(({ title, questions }) => `${title} ${questions}`);
    expect(titles(a, b)).toEqual(['vector 4']);
    expect(titles(a, a)).toEqual(['vector 5', 'hybrid 2']);
    expect(titles(`${a}:vector`, `${a}:hybrid`)).toEqual(['vector → hybrid 2']);
    expect(() => titles(`${a}:vector`, b)).toThrow(/Name a mode behind both files/);
    expect(() => titles(`${a}:vector`, `${b}:keyword`)).toThrow(/no question in common/);
  });

  it('refuses what is no evaluation', () => {
    const folder = temporaryFolder('compare');
    const torn = join(folder, 'torn.json');
    writeFileSync(torn, '{"format":');
    const other = join(folder, 'other.json');
    writeFileSync(other, '{"questions":[]}');
    const reading = (path: string) => () => compareFiles(comparedSide(path), comparedSide(path), MODES);
    expect(reading(torn)).toThrow(/torn\.json is no JSON/);
    expect(reading(other)).toThrow(/other\.json is no evaluation of this version/);
    expect(reading(join(folder, 'nosuch.json'))).toThrow(/nosuch\.json cannot be read/);
  });
});
