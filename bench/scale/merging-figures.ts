/** Searches while segments are merged beside them, and the same searches before and after, when nothing else goes on. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { VectorStore } from '../../src/store/index.js';
import { chunksPerDocument } from '../clustered-vectors.js';
import type { ClusteredDocuments } from '../clustered-documents.js';
import { closedLoop, closedLoopOverHttp, type LoopFigures, type LoopLength } from '../closed-loop.js';
import { withDataFolder } from '../data-folder.js';
import { importDocuments, segmentsOf } from '../fill-clustered.js';
import { withStore } from '../open-store.js';
import { count, milliseconds, progress, ReportTable } from '../report.js';
import { RunningApp } from '../running-app.js';
import { searchRequests } from './search-figures.js';
import { topK, type Questions } from './questions.js';

/** New segments that are merged into one. */
const newSegments = 8;
/** A database that is never there: nothing but the merge goes on beside the searches. */
const noDatabase = 'postgres://nobody@127.0.0.1:9/none';
const mergeSecondsMax = 1_800;

/** Adds `newVectors` in eight segments to a copy of the store, and lets them be merged while it is asked. */
export async function printMergingFigures(
  dataDir: string,
  documents: ClusteredDocuments,
  questions: Questions,
  length: LoopLength,
  newVectors: number,
): Promise<void> {
  const documentsPerSegment = Math.max(1, Math.floor(newVectors / newSegments / chunksPerDocument));
  const sealVectors = documentsPerSegment * chunksPerDocument;
  await withCopyOf(dataDir, async (copy) => {
    const table = new ReportTable(`Searches, one at a time, while ${count(newSegments * sealVectors)} new vectors are merged`, [
      ...['searches', 'quiet before: p50 ms', 'p99 ms', 'during the merge: p50 ms', 'p99 ms', 'most ms', 'searches', 'the merge took s'],
      ...['quiet after: p50 ms', 'p99 ms', 'p99 during / quiet before'],
    ]);
    const print = (name: string, before: LoopFigures, { during, seconds, after }: Merging): void =>
      table.row(
        ...[name, ...both(before), ...both(during), milliseconds(during.latencies.most), count(during.latencies.count), seconds.toFixed(1)],
        ...[...both(after), (during.latencies.percentile(0.99) / before.latencies.percentile(0.99)).toFixed(2)],
      );
    progress('adding vectors that are not merged yet');
    const before = await withStore(
      copy,
      async (store) => {
        await importDocuments(store, documents, documents.count, documents.count + newSegments * documentsPerSegment);
        return searches(store, questions, length);
      },
      { sealVectors },
    );
    await withCopyOf(copy, async (other) => {
      progress('merging beside searches in the worker');
      print('in the worker', before, await inWorker(copy, questions, length, sealVectors));
      progress('merging beside searches over HTTP');
      const overHttp = await throughHttp(other, questions, length, sealVectors);
      print('over HTTP', overHttp.after, overHttp);
    });
  });
}

interface Merging {
  during: LoopFigures;
  seconds: number;
  after: LoopFigures;
}

function inWorker(dataDir: string, questions: Questions, length: LoopLength, sealVectors: number): Promise<Merging> {
  return withStore(
    dataDir,
    async (store, { merges }) => {
      const start = performance.now();
      let isMerging = true;
      const merged = merges?.done(store).then(() => (isMerging = false));
      const during = await searches(
        store,
        questions,
        whileMerging(() => isMerging),
      );
      await merged;
      const seconds = (performance.now() - start) / 1000;
      progress(`merged: ${segmentsOf(store)}`);
      return { during, seconds, after: await searches(store, questions, length) };
    },
    { merging: true, sealVectors },
  );
}

/** The server begins to merge as soon as it has started. */
async function throughHttp(dataDir: string, questions: Questions, length: LoopLength, sealVectors: number): Promise<Merging> {
  const app = await RunningApp.start(dataDir, {
    environment: { SEGMENT_VECTORS: String(sealVectors), DATABASE_URL: noDatabase, LOG_LEVEL: 'fatal' },
  });
  try {
    const start = performance.now();
    const requests = searchRequests(app.url, questions);
    let isMerging = true;
    const merged = segmentsMerged(app).then(() => (isMerging = false));
    const during = await closedLoopOverHttp(
      app.url,
      1,
      whileMerging(() => isMerging),
      requests,
    );
    await merged;
    const seconds = (performance.now() - start) / 1000;
    return { during, seconds, after: await closedLoopOverHttp(app.url, 1, length, requests) };
  } finally {
    await app.stop();
  }
}

const whileMerging = (isMerging: () => boolean): LoopLength => ({ seconds: mergeSecondsMax, callsMin: 0, warmUp: 0, goesOn: isMerging });

/** Merged is what was there in eight segments or more. */
async function segmentsMerged(app: RunningApp): Promise<void> {
  const start = performance.now();
  while (performance.now() - start < mergeSecondsMax * 1000) {
    const { segments } = (await app.json('GET', '/index')) as { segments: { kind: string }[] };
    if (segments.filter(({ kind }) => kind !== 'tail').length < newSegments) return;
    await pause(250);
  }
}

function searches(store: VectorStore, { queries }: Questions, length: LoopLength): Promise<LoopFigures> {
  return closedLoop(1, length, (number) => store.search({ vector: queries[number % queries.length], topK }));
}

const both = ({ latencies }: LoopFigures): string[] => [milliseconds(latencies.median), milliseconds(latencies.percentile(0.99))];

/** The store alone: without a database. */
function withCopyOf(dataDir: string, work: (copy: string) => Promise<void>): Promise<void> {
  return withDataFolder(async (copy) => {
    await cp(join(dataDir, 'store'), join(copy, 'store'), { recursive: true });
    await work(copy);
  });
}
