import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EvaluationReport } from '../../scripts/eval/evaluation-report.js';
import type { Mode } from '../../scripts/eval/search-answer.js';
import { runScript } from '../support/run-script.js';
import { ServerProcess } from '../support/server-process.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';

/**
 * A little under what is reached, so that another processor's rounding does not fail it: by the vectors 0.700, 1.000 and 0.933; by
 * plain BM25 over the same passages 0.700, 0.917 and 0.850. Both together have to find no less than the vectors alone.
 */
const VECTOR_FLOORS = { 'document@1': 0.66, 'document@5': 0.96, 'page@5': 0.9 };
const WORD_FLOORS = { 'document@1': 0.66, 'document@5': 0.88, 'page@5': 0.81 };
const FLOORS: Record<Mode, typeof VECTOR_FLOORS> = { vector: VECTOR_FLOORS, keyword: WORD_FLOORS, hybrid: VECTOR_FLOORS };

let folder: ReturnType<typeof makeTemporaryFolder>;
beforeAll(() => (folder = makeTemporaryFolder()));
afterAll(() => folder.remove());

const run = (...args: string[]): ReturnType<typeof runScript> => runScript('eval', { DATABASE_URL: '', API_KEY: '' }, args);
const reportIn = (path: string): EvaluationReport => JSON.parse(readFileSync(path, 'utf8')) as EvaluationReport;
const evalFolders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('hvs-eval-'));

describe('npm run eval on the samples', () => {
  it('finds in every mode what it has found before, and leaves nothing behind', async () => {
    const before = evalFolders();
    const json = join(folder.path, 'samples.json');
    const { code, output } = await run('--json', json);
    expect([code, output]).toEqual([0, expect.stringContaining('9 documents with')]);
    expect(evalFolders()).toEqual(before);
    const report = reportIn(json);
    expect(report.questions).toHaveLength(60);
    expect(Object.keys(report.modes)).toContain('vector');
    for (const mode of report.not_available) expect(output).toContain(`${mode}: this version does not search in that mode.`);
    const below = Object.entries(report.modes).flatMap(([mode, { measures }]) =>
      Object.entries(FLOORS[mode as Mode])
        .filter(([name, floor]) => measures[name].mean < floor)
        .map(([name, floor]) => `${mode} ${name} is ${measures[name].mean.toFixed(3)}, less than ${floor}\n${output}`),
    );
    expect(below.join('\n')).toBe('');
  });
});

describe('npm run eval on a running instance', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await ServerProcess.start({ DATA_DIR: join(folder.path, 'data'), DATABASE_URL: '' });
    const body = JSON.stringify({ title: 'Kettle', text: 'The kettle switches itself off when the water boils.' });
    await fetch(`${server.baseUrl}/documents/text?wait=true`, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
  });
  afterAll(() => server.stop());

  const documents = async (): Promise<{ filename: string; title: string }[]> => {
    const { items } = (await (await fetch(`${server.baseUrl}/documents`)).json()) as { items: { filename: string; title: string }[] };
    return items;
  };

  it('brings a set in, with texts that it holds twice, searches it apart from the rest, and takes it away again', async () => {
    const set = join(folder.path, 'set');
    mkdirSync(set);
    const corpus = [
      { _id: 'k', title: 'Toaster', text: 'The toaster has six levels of browning.' },
      { _id: 'same', title: 'Steam iron', text: 'It switches itself off when it is not moved.' },
      { _id: 'again', title: 'Heater', text: 'It switches itself off when it is not moved.' },
      { _id: 'bare', title: '', text: 'Bicycle tyres are inflated to four bar.' },
    ];
    const queries = [
      { _id: '1', text: 'kettle switches itself off when the water boils' },
      { _id: '2', text: 'pressure of a bicycle tyre' },
    ];
    const lines = (rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    writeFileSync(join(set, 'corpus.jsonl'), lines(corpus));
    writeFileSync(join(set, 'queries.jsonl'), lines(queries));
    writeFileSync(join(set, 'qrels.tsv'), '1\tsame\t2\n1\tagain\t1\n2\tbare\t1\n');
    const json = join(folder.path, 'set.json');
    const { code, output } = await run('--set', set, '--url', server.baseUrl, '--json', json, '--modes', 'vector');
    expect([code, output]).toEqual([0, expect.stringContaining('4 documents with 4 passages')]);
    const [first, second] = reportIn(json).questions.map(({ modes }) => modes.vector);
    expect([...(first?.found ?? [])].sort()).toEqual(['again', 'bare', 'k', 'same']);
    expect(first?.measures['recall@5']).toBe(1);
    expect(second).toMatchObject({ rank: 1, measures: { 'nDCG@10': 1 } });
    expect((await documents()).map(({ title }) => title)).toEqual(['Kettle']);
  });

  it('asks about the documents that it holds, and names those that it does not', async () => {
    const [{ filename }] = await documents();
    const questions = join(folder.path, 'own.jsonl');
    writeFileSync(questions, JSON.stringify({ question: 'Does the kettle stop by itself?', document: filename, page: 1 }));
    const { code, output } = await run('--questions', questions, '--url', server.baseUrl);
    expect([code, output]).toEqual([0, expect.stringMatching(/page@1 +1\.000 \(1\.000–1\.000\)/)]);
    writeFileSync(questions, JSON.stringify({ question: 'Does it stop?', document: 'nosuch.pdf' }));
    const refused = await run('--questions', questions, '--url', server.baseUrl);
    expect([refused.code, refused.output]).toEqual([
      1,
      `${questions} asks about "nosuch.pdf", which ${server.baseUrl} does not have. Nothing was evaluated.\n`,
    ]);
  });

  it('says in one line that nobody answers, or that a set is not there', async () => {
    const nobody = await run('--url', 'http://127.0.0.1:1');
    expect([nobody.code, nobody.output]).toEqual([1, expect.stringMatching(/^No instance answers at http:\/\/127\.0\.0\.1:1 .+\n$/)]);
    const nothing = await run('--set', 'nosuch');
    expect([nothing.code, nothing.output]).toEqual([
      1,
      expect.stringMatching(/^There is no folder nosuch, nor .+nosuch\. Nothing was evaluated\.\n$/),
    ]);
  });
});
