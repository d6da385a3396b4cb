import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { BenchRow } from './bench-row.js';
import { withDataFolder } from './data-folder.js';
import { openModel, type OpenModel } from './open-model.js';
import { manualText } from './queries.js';
import { RunningApp } from './running-app.js';
import { figure, takeTurns } from './samples.js';

const turns = 6;
const documentsPerTurn = 4;
const sentencesPerDocument = 150;

interface DocumentAnswer {
  id: number;
  status: string;
}

/**
 * Chunks a second from the upload to `indexed` (extraction, chunking, embedding, journal, PostgreSQL alongside), beside the
 * model alone on the same chunks: the texts that the chunker hands to it, one a call, in the same order.
 */
export async function benchIngestion(): Promise<BenchRow[]> {
  return withDataFolder(async (dataDir) => {
    const model = await openModel();
    const app = await RunningApp.start(dataDir);
    try {
      // The first documents pay for what is loaded once.
      await ingest(app, turns);
      await embedAlone(model, turns);
      const { subject, yardstick } = await takeTurns(
        turns,
        async (turn) => [await ingest(app, turn)],
        async (turn) => [await embedAlone(model, turn)],
      );
      return [
        {
          what: `ingestion of ${documentsPerTurn} text documents at a time over HTTP`,
          value: subject.print('chunks/s'),
          yardstick: `the model alone on the same chunks: ${yardstick.print('chunks/s')}`,
          ratio: `${figure(subject.median / yardstick.median)} × (goal: at least 0.9 ×)`,
        },
      ];
    } finally {
      await app.stop();
      await model.close();
    }
  });
}

function textsOf(turn: number): { title: string; text: string }[] {
  return Array.from({ length: documentsPerTurn }, (_, at) => {
    const number = turn * documentsPerTurn + at;
    return { title: `Bench manual ${number}`, text: manualText(number, sentencesPerDocument) };
  });
}

async function ingest(app: RunningApp, turn: number): Promise<number> {
  const start = performance.now();
  const documents: DocumentAnswer[] = [];
  for (const document of textsOf(turn)) documents.push((await app.json('POST', '/documents/text', document)) as DocumentAnswer);
  let chunks = 0;
  for (const { id } of documents) chunks += await indexedChunks(app, id);
  return chunks / ((performance.now() - start) / 1000);
}

async function indexedChunks(app: RunningApp, id: number): Promise<number> {
  for (;;) {
    const document = (await app.json('GET', `/documents/${id}`)) as DocumentAnswer & { chunk_count: number };
    if (document.status === 'indexed') return document.chunk_count;
    if (document.status === 'failed') throw new Error(`Document ${id} failed: ${JSON.stringify(document)}`);
    await pause(5);
  }
}

async function embedAlone(model: OpenModel, turn: number): Promise<number> {
  const texts = textsOf(turn).flatMap((document) => model.embeddingTexts(document));
  const start = performance.now();
  for (const text of texts) await model.embedder.embedText(text);
  return texts.length / ((performance.now() - start) / 1000);
}
