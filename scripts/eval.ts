/**
 * `npm run eval`: asks questions whose answers are known, of a file or of a test collection, in every mode of search, and says
 * how well they were found; on a throw-away instance, or on a running one. `--compare` says what two of these runs differ in.
 * Exit code 0 when it was measured, whatever the figures.
 */
import { randomBytes } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readEnvironment, StopError } from '../src/platform/index.js';
import { compareFiles } from './eval/compare.js';
import { evaluate } from './eval/evaluate.js';
import { makeReport, writeReport } from './eval/evaluation-report.js';
import { readTask, type EvaluationTask } from './eval/evaluation-task.js';
import { readOptions, USAGE, type EvaluationOptions } from './eval/options.js';
import { printComparison } from './eval/print-comparison.js';
import { printReport } from './eval/print-report.js';
import { SearchClient } from './eval/search-client.js';
import { StoredDocuments } from './eval/stored-documents.js';
import { HttpClient } from './http-client.js';
import { interruption } from './interruption.js';
import { ProgressLine } from './progress-line.js';
import { checkInstance } from './running-instance.js';
import { bold, say } from './terminal.js';
import { ThrowAwayInstance } from './throw-away-instance.js';

/** What an instance of our own takes over from our environment, so that different ones can be compared. */
const SETTINGS = ['CHUNK_TOKENS', 'CHUNK_OVERLAP_TOKENS', 'EMBEDDING_MODEL', 'EMBEDDING_THREADS', 'SEGMENT_VECTORS', 'HNSW_VECTORS'];
const CHANGES_SHOWN = 20;

const environment = readEnvironment();
const signal = interruption();

async function evaluateOn(client: HttpClient, task: EvaluationTask, options: EvaluationOptions, isOwn: boolean): Promise<void> {
  const stored = new StoredDocuments(client, `eval-${randomBytes(6).toString('hex')}`, signal);
  try {
    if (task.upload) await upload(task.upload, stored);
    await measure(client, stored, task, options, isOwn);
  } finally {
    if (!isOwn) await remove(stored);
  }
}

/** What went wrong before is said as well, so this does not reject. */
async function remove(stored: StoredDocuments): Promise<void> {
  try {
    await stored.remove();
  } catch (error) {
    process.stderr.write(
      `Documents of the set are left in the instance, under owners that begin with ${stored.mark}: ${(error as Error).message}\n`,
    );
    process.exitCode = 1;
  }
}

async function upload({ count, run }: NonNullable<EvaluationTask['upload']>, stored: StoredDocuments): Promise<void> {
  const startedAt = Date.now();
  const progress = new ProgressLine();
  const show = (done: number): void => progress.show(() => `  ${done} of ${count} documents`);
  await run(stored, show).finally(() => progress.clear());
  say(`  ${count} documents with ${stored.chunks} passages, stored in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
}

async function measure(
  client: HttpClient,
  stored: StoredDocuments,
  task: EvaluationTask,
  { modes, json }: EvaluationOptions,
  isOwn: boolean,
): Promise<void> {
  const { questions, keyOf, byDocument, name } = task;
  const search = new SearchClient(client, isOwn ? null : task.filterOf(stored), byDocument);
  const progress = new ProgressLine();
  const asked = evaluate(search, questions, {
    modes,
    keyOf,
    signal,
    onProgress: (done) => progress.show(() => `  ${done} of ${questions.length} questions`),
  });
  const { results, refused } = await asked.finally(() => progress.clear());
  if (refused.length === modes.length)
    throw new StopError(`The service searches in none of these modes: ${refused.join(', ')}. Nothing was evaluated.`);
  const settings = isOwn ? Object.fromEntries(SETTINGS.flatMap((key) => (environment[key] ? [[key, environment[key]]] : []))) : {};
  const counts = task.upload ? { documents: stored.count, chunks: stored.chunks } : { documents: null, chunks: null };
  const report = makeReport({ collection: name, ...counts, settings }, results, refused);
  printReport(report);
  if (json === null) return;
  await writeReport(json, report);
  say(`\n  All of it is in ${json}.`);
}

async function run(options: EvaluationOptions): Promise<void> {
  if (options.json !== null) checkWritable(options.json);
  const task = await readTask(options, environment.HVS_CORPORA);
  if (options.url !== null) {
    await checkInstance(options.url);
    const client = new HttpClient(options.url, options.key);
    await task.check(client);
    announce(task, `asked at ${options.url}`);
    return evaluateOn(client, task, options, false);
  }
  const own = await ThrowAwayInstance.prepare('eval', environment);
  try {
    announce(task, 'asked of a throw-away instance');
    await evaluateOn(new HttpClient((await own.start(SETTINGS)).baseUrl), task, options, true);
  } finally {
    const fault = await own.remove();
    if (fault) {
      process.stderr.write(`The instance did not end cleanly. ${fault}\n`);
      process.exitCode = 1;
    }
  }
}

function announce({ name, questions, notes }: EvaluationTask, how: string): void {
  say(bold(`${name}: ${questions.length} questions, ${how}`));
  for (const note of notes) say(`  ${note}`);
}

/** Before anything is measured, which may take long. */
function checkWritable(path: string): void {
  try {
    accessSync(dirname(resolve(path)), constants.W_OK);
  } catch {
    throw new StopError(`--json ${path} cannot be written there: there is no such folder, or it is not yours. Nothing was evaluated.`);
  }
}

try {
  const options = readOptions(process.argv.slice(2), environment.API_KEY);
  if (options === null) say(USAGE);
  else if (options.compare) {
    const compared = compareFiles(...options.compare, options.modes);
    for (const comparison of compared) printComparison(comparison, options.limit ?? CHANGES_SHOWN);
  } else await run(options);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
