import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { itWithCorpora } from '../support/corpora.js';
import { DocumentsClient } from '../support/documents-client.js';
import { requestJson } from '../support/http-json.js';
import { ServerProcess } from '../support/server-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';

interface Listed {
  file: string;
  size: number;
  tags: string;
  password: string;
  /** By poppler; empty where it cannot open the file. */
  pages: string;
}

function listed(corpora: string): Listed[] {
  const [, ...rows] = readFileSync(join(corpora, 'pdfs/manifest.tsv'), 'utf8').trimEnd().split('\n');
  return rows.map((row) => {
    const [file, size, , tags, password, pages] = row.split('\t');
    return { file, size: Number(size), tags, password, pages };
  });
}

/** Asks whether the process lives every 50 ms; answers the milliseconds of each answer, sorted. */
async function watchLiveness(baseUrl: string, until: AbortSignal): Promise<number[]> {
  const times: number[] = [];
  while (!until.aborted) {
    const start = performance.now();
    expect((await requestJson(baseUrl, 'GET', '/health/live')).status).toBe(200);
    times.push(performance.now() - start);
    await sleep(50);
  }
  return times.sort((a, b) => a - b);
}

describe('the PDFs of the corpora over HTTP', () => {
  itWithCorpora('settle by themselves, each once, when the process is killed while 20 are in work', async (corpora) => {
    const files = listed(corpora)
      .filter(({ tags, size }) => tags === 'normal' && size < 400_000)
      .slice(0, 20);
    expect(files.length).toBe(20);
    const settings = { DATA_DIR: temporaryFolder('corpus') };
    const server = await ServerProcess.start(settings);
    const client = new DocumentsClient(server.baseUrl);
    const ids: number[] = [];
    for (const { file } of files) ids.push((await client.upload(readFileSync(join(corpora, 'pdfs', file)), file)).body.id);
    await sleep(500);
    await server.kill();
    const again = await ServerProcess.start(settings);
    const settled = new DocumentsClient(again.baseUrl);
    const documents = await Promise.all(ids.map((id) => settled.settled(id)));
    for (const document of documents) expect(['indexed', 'failed']).toContain(document.status);
    expect(documents.filter(({ status }) => status === 'indexed').length).toBeGreaterThan(15);
    const { body: stats } = await requestJson(again.baseUrl, 'GET', '/vectors/stats');
    expect(stats.total_vectors).toBe(documents.reduce((sum, document) => sum + document.chunk_count, 0));
    expect(new Set(ids).size).toBe(20);
    expect(await again.stop()).toBe(0);
  });

  // some minutes: HVS_CORPORA_WHOLE=1 runs it and prints the table
  const whole = process.env.HVS_CORPORA_WHOLE === '1' ? itWithCorpora : () => undefined;
  whole(
    'each end indexed, or failed with a code, while the process stays lively',
    async (corpora) => {
      const server = await ServerProcess.start({ DATA_DIR: temporaryFolder('corpus') });
      const client = new DocumentsClient(server.baseUrl);
      const done = new AbortController();
      const liveness = watchLiveness(server.baseUrl, done.signal);
      const started = performance.now();
      const uploads = new Map<Listed, { id: number } | { refused: string }>();
      for (const entry of listed(corpora)) {
        const { status, body } = await client.upload(readFileSync(join(corpora, 'pdfs', entry.file)), entry.file.split('/').at(-1)!);
        uploads.set(entry, status < 300 ? { id: body.id } : { refused: `${status} ${body.code}` });
      }
      const table: string[] = [];
      for (const [entry, upload] of uploads) {
        const line = [entry.file, entry.tags, entry.pages];
        if ('refused' in upload) table.push([...line, 'refused', upload.refused].join('\t'));
        else {
          const document = await client.settled(upload.id);
          table.push([...line, document.status, document.error?.code ?? '', document.page_count ?? '', document.chunk_count].join('\t'));
          if (document.status === 'indexed') {
            expect(document.chunk_count).toBeGreaterThan(0);
            if (entry.pages && !entry.tags.includes('corrupt'))
              expect([entry.file, document.page_count]).toEqual([entry.file, Number(entry.pages)]);
          } else
            expect([entry.file, document.status, document.error?.code]).toEqual([entry.file, 'failed', expect.stringMatching(/^[A-Z_]+$/)]);
          if (entry.password) expect([entry.file, document.error?.code]).toEqual([entry.file, 'PDF_PASSWORD_REQUIRED']);
        }
      }
      const seconds = (performance.now() - started) / 1000;
      done.abort();
      const times = await liveness;
      const at = (share: number): string => `${times[Math.floor((times.length - 1) * share)].toFixed(1)} ms`;
      process.stderr.write(
        `${table.join('\n')}\n${seconds.toFixed(0)} s; /health/live p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} over ${times.length}\n`,
      );
      expect(await server.stop()).toBe(0);
    },
    1_200_000,
  );
});
