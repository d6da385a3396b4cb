/**
 * How fast documents go out and in with their vectors, and what memory the service takes meanwhile:
 *
 *   node dist/bench/import-export.js
 *
 * HVS_TRANSFER_VECTORS (100000) in documents of 20 chunks are imported, exported, and the export imported elsewhere; queries
 * by vector must be answered the same by both. Then a body of HVS_TRANSFER_GIGABYTES (2) is sent whose documents are there
 * already, so that the store does not grow: what memory moves then is the import's own.
 */
import { readFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sendImport, type ImportSum } from '../scripts/import/send-import.js';
import { withDataFolder } from './data-folder.js';
import { RunningApp } from './running-app.js';

const DIMENSION = 384;
const CHUNKS = 20;
const QUERIES = 50;
const SAMPLES = 20;
const vectors = Number(process.env.HVS_TRANSFER_VECTORS ?? 100_000);
const bodyBytes = Number(process.env.HVS_TRANSFER_GIGABYTES ?? 2) * 1024 ** 3;
const documents = Math.ceil(vectors / CHUNKS);
const text = 'The lamp blinks twice when the reset is done, and the machine starts with its factory settings. '.repeat(8);

function vectorOf(seed: number): Float32Array {
  const values = Float32Array.from({ length: DIMENSION }, (_, n) => Math.sin(seed * 12.9898 + n * 78.233 + seed * n));
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

function line(document: number): string {
  const chunks = Array.from({ length: CHUNKS }, (_, n) => {
    const vector = Buffer.from(vectorOf(document * CHUNKS + n).buffer).toString('base64');
    return { text: `${document}.${n} ${text}`, page_start: n + 1, vector };
  });
  return `${JSON.stringify({ title: `Document ${document}`, owner_id: `owner ${document % 7}`, chunks })}\n`;
}

const say = (words: string): void => void process.stdout.write(`${words}\n`);
const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;

/** Resident memory of a process. */
function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1024;
}

/** Runs the work and prints the rate, and the resident memory on the way. */
async function watched(what: string, app: RunningApp, count: number, work: (done: () => void) => Promise<unknown>): Promise<void> {
  const curve: string[] = [];
  const every = Math.max(1, Math.floor(count / SAMPLES));
  let done = 0;
  const started = performance.now();
  await work(() => {
    if (++done % every === 0) curve.push(String(Math.round(residentBytes(app.pid) / 1024 ** 2)));
  });
  const seconds = (performance.now() - started) / 1000;
  say(`${what}: ${done} documents in ${seconds.toFixed(1)} s, ${Math.round(done / seconds)} a second`);
  say(`  resident MiB: ${curve.join(' ')}`);
}

const importInto = (app: RunningApp, body: Iterable<string> | AsyncIterable<Buffer>, done: () => void): Promise<ImportSum> =>
  sendImport({ baseUrl: app.url }, body, ({ error }) => {
    if (error) throw new Error(error.detail);
    done();
  });

async function exportFrom(app: RunningApp, path: string, done: () => void): Promise<void> {
  const answer = await fetch(`${app.url}/export?vectors=true`);
  const file = await open(path, 'w');
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
      for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) done();
      yield piece;
    }
  };
  await pipeline(Readable.from(pieces()), file.createWriteStream());
}

/** Hits of some queries by vector, without what each instance gives anew. */
async function answersOf(app: RunningApp): Promise<string> {
  const answers: unknown[] = [];
  for (let n = 0; n < QUERIES; n++) {
    const { hits } = (await app.json('POST', '/search', { vector: [...vectorOf(n * 997 + 0.5)], top_k: 10 })) as {
      hits: { score: number; chunk: { text: string } }[];
    };
    answers.push(hits.map(({ score, chunk }) => [score, chunk.text]));
  }
  return JSON.stringify(answers);
}

function* lines(): Generator<string> {
  for (let n = 0; n < documents; n++) yield line(n);
}

function* sentAgain(): Generator<string> {
  const some = Array.from({ length: Math.min(500, documents) }, (_, n) => line(n));
  for (let bytes = 0, n = 0; bytes < bodyBytes; n++) {
    const next = some[n % some.length];
    bytes += next.length;
    yield next;
  }
}

await withDataFolder(async (first) => {
  const exported = join(first, 'export.ndjson');
  const here = await RunningApp.start(join(first, 'data'));
  let answers: string;
  try {
    await watched('import with vectors', here, documents, (done) => importInto(here, lines(), done));
    await here.caughtUp();
    await watched('export with vectors', here, documents, (done) => exportFrom(here, exported, done));
    answers = await answersOf(here);
    const count = Math.floor(bodyBytes / line(0).length);
    await watched(`a body of ${mebibytes(bodyBytes)} that is there already`, here, count, (done) => importInto(here, sentAgain(), done));
  } finally {
    await here.stop();
  }
  const there = await RunningApp.start(join(first, 'elsewhere'));
  try {
    const file = await open(exported);
    await watched('import of the export elsewhere', there, documents, (done) => importInto(there, file.createReadStream(), done));
    say(`answers to ${QUERIES} queries: ${(await answersOf(there)) === answers ? 'the same' : 'DIFFERENT'}`);
  } finally {
    await there.stop();
    await rm(exported, { force: true });
  }
});
