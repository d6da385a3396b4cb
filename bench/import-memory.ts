/**
 * The memory of the service while a body of any length comes in:
 *
 *   HVS_IMPORT_GIGABYTES=8 node dist/bench/import-memory.js
 *
 * Some documents are imported with their vectors, and then the same lines again and again, HVS_IMPORT_GIGABYTES (2) of them: they
 * are there already, so that the store does not grow, and what memory moves is the import's own.
 */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { sendImport } from '../scripts/import/send-import.js';
import { withDataFolder } from './data-folder.js';
import { RunningApp } from './running-app.js';

const DIMENSION = 384;
const CHUNKS = 20;
const DOCUMENTS = 500;
const LOOKS = 40;
const bodyBytes = Number(process.env.HVS_IMPORT_GIGABYTES ?? 2) * 1024 ** 3;
const text = 'The lamp blinks twice when the reset is done, and the machine starts with its factory settings. '.repeat(8);

function line(document: number): string {
  const chunks = Array.from({ length: CHUNKS }, (_, n) => {
    const vector = Float32Array.from({ length: DIMENSION }, (_value, at) => Math.sin(document * 12.9898 + n * 78.233 + at * (n + 1)));
    return { text: `${document}.${n} ${text}`, page_start: n + 1, vector: Buffer.from(vector.buffer).toString('base64') };
  });
  return `${JSON.stringify({ title: `Document ${document}`, chunks })}\n`;
}

function* body(lines: readonly string[]): Generator<string> {
  for (let bytes = 0, n = 0; bytes < bodyBytes; n++) {
    const next = lines[n % lines.length];
    bytes += next.length;
    yield next;
  }
}

const mebibytes = (bytes: number): number => Math.round(bytes / 1024 ** 2);

await withDataFolder(async (folder) => {
  const lines = Array.from({ length: DOCUMENTS }, (_, n) => line(n));
  const expected = Math.ceil(bodyBytes / lines[0].length);
  const curve: Promise<number>[] = [];
  const app = await RunningApp.start(join(folder, 'data'));
  try {
    let answered = 0;
    const started = performance.now();
    const sum = await sendImport({ baseUrl: app.url }, body(lines), ({ error }) => {
      if (error) throw new Error(error.detail);
      if (answered++ % Math.ceil(expected / LOOKS) === 0) curve.push(app.memory().then(({ residentBytes }) => mebibytes(residentBytes)));
    });
    const seconds = (performance.now() - started) / 1000;
    console.log(`${mebibytes(bodyBytes)} MiB, ${answered} lines in ${seconds.toFixed(1)} s, ${Math.round(answered / seconds)} a second`);
    console.log(`imported ${sum.imported}, there already ${sum.duplicates}, failed ${sum.failed}`);
    console.log(`resident MiB on the way: ${(await Promise.all(curve)).join(' ')}`);
  } finally {
    await app.stop();
  }
});
