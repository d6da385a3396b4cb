/**
 * Export with vectors out of one instance, import into an empty one: documents a second both ways, the servers' memory on the
 * way, and whether both give the same answers to the same questions.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ClusteredDocuments } from './clustered-documents.js';
import { answersOverHttp } from './closed-loop.js';
import { withDataFolder } from './data-folder.js';
import { fillClustered } from './fill-clustered.js';
import { MemoryCurve } from './memory-curve.js';
import { count, megabytes, milliseconds, progress, ReportTable, say, verdict } from './report.js';
import { RunningApp } from './running-app.js';
import { plainQuestions, topK } from './scale/questions.js';
import { numberSetting, vectorsSetting } from './settings.js';
import { postRequest, vectorJson } from './socket-client.js';
import { exportToFile, importFile, importLine, importLines } from './transfer-client.js';

const scoreTolerance = 1e-6;
/** What the process holds beside its vectors may swing by so much: the collector comes when it likes. */
const swingBytesMax = 200e6;

/** Different lines of the long body. */
const linesRepeated = 500;

interface Hit {
  score: number;
  document: { title: string };
  chunk: { chunk_index: number; text: string };
}

export async function benchTransfer(): Promise<void> {
  const documents = new ClusteredDocuments(vectorsSetting(100_000));
  const queries = numberSetting('HVS_BENCH_QUERIES', 200, { min: 1, max: 10_000 });
  const questions = plainQuestions(documents, 'the same questions', queries, new Set()).queries;
  const table = new ReportTable(`Export and import of ${count(documents.vectorCount)} vectors in ${count(documents.count)} documents`, [
    ...['what', 'seconds', 'documents a second', 'MB', 'MB a second', ''],
  ]);
  await withDataFolder(async (folder) => {
    const file = join(folder, 'export.ndjson');
    const [left, right] = [join(folder, 'left'), join(folder, 'right')];
    await fillClustered(left, documents);
    const before = await withApp(left, async (app) => {
      const answers = await ask(app, questions);
      progress('exporting');
      const curve = new MemoryCurve('Memory of the exporting server', app, async () => (await sizeOf(file)) ?? 0);
      const seconds = await secondsOf(() => exportToFile(app.url, file));
      const bytes = (await sizeOf(file)) ?? 0;
      table.row('export with vectors', ...rates(seconds, documents.count, bytes), '');
      await curve.print(bytes, swingBytesMax);
      return answers;
    });
    await withApp(right, async (app) => {
      progress('importing');
      let acknowledged = 0;
      const curve = new MemoryCurve('Memory of the importing server', app, () => Promise.resolve(acknowledged));
      let outcome = { imported: 0, failed: 0 };
      const seconds = await secondsOf(async () => (outcome = await importFile(app.url, file, () => acknowledged++)));
      const isWhole = outcome.imported === documents.count && outcome.failed === 0;
      table.row('import into an empty instance', ...rates(seconds, documents.count, (await sizeOf(file)) ?? 0), verdict(isWhole));
      await curve.print(documents.count, swingBytesMax);
      progress('waiting until the new instance is quiet');
      await app.settle();
      const after = await ask(app, questions);
      const equal = before.filter((hits, n) => areEqual(hits, after[n])).length;
      say(`The same answers before and after: ${equal} of ${before.length} ${verdict(equal === before.length)}`);
      await importAgain(app, documents);
    });
  });
}

/**
 * A long body whose documents are all there already: the store does not grow, so what memory does is the import's own doing.
 */
async function importAgain(app: RunningApp, documents: ClusteredDocuments): Promise<void> {
  const bodyBytes = 1e9 * numberSetting('HVS_BENCH_BODY_GIGABYTES', 2, { min: 0.001, max: 1_000 });
  progress('importing again what is there');
  const lines = Array.from({ length: Math.min(documents.count, linesRepeated) }, (_, document) => importLine(documents, document));
  let sent = 0;
  function* body(): Iterable<string> {
    for (let n = 0; sent < bodyBytes; n++) {
      const line = lines[n % lines.length];
      sent += line.length;
      yield line;
    }
  }
  const curve = new MemoryCurve(`Memory of a server that gets ${megabytes(bodyBytes)} MB which it has already`, app, () =>
    Promise.resolve(sent),
  );
  const seconds = await secondsOf(() => importLines(app.url, body()));
  progress(`${megabytes(sent)} MB in ${seconds.toFixed(1)} s`);
  await curve.print(bodyBytes, swingBytesMax);
}

async function withApp<T>(dataDir: string, work: (app: RunningApp) => Promise<T>): Promise<T> {
  const app = await RunningApp.start(dataDir);
  try {
    await app.settle();
    return await work(app);
  } finally {
    await app.stop();
  }
}

/** Without approximation: two graphs over the same vectors need not find the same. */
async function ask(app: RunningApp, queries: readonly Float32Array[]): Promise<Hit[][]> {
  const requests = queries.map((vector) =>
    postRequest(app.url, '/search', { vector: vectorJson(vector), top_k: topK, mode: 'vector', exact: true }),
  );
  const answers = (await answersOverHttp(app.url, requests)) as { hits: Hit[] }[];
  return answers.map(({ hits }) => hits);
}

/** Chunk for chunk; the ids are each instance's own. */
function areEqual(before: readonly Hit[], after: readonly Hit[]): boolean {
  return (
    before.length === after.length &&
    before.every((hit, n) => {
      const other = after[n];
      const isSame = hit.document.title === other.document.title && hit.chunk.chunk_index === other.chunk.chunk_index;
      return isSame && hit.chunk.text === other.chunk.text && Math.abs(hit.score - other.score) <= scoreTolerance;
    })
  );
}

const rates = (seconds: number, documents: number, bytes: number): string[] => [
  ...[seconds.toFixed(1), count(documents / seconds), megabytes(bytes), milliseconds(bytes / 1e6 / seconds)],
];

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}
