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
import { isSealing } from '../merges.js';
import { withStore } from '../open-store.js';
import { count, milliseconds, progress, ReportTable } from '../report.js';
import { RunningApp } from '../running-app.js';
import { searchRequests } from './search-figures.js';
import { topK, type Questions } from './questions.js';

/** New segments that are merged into one. */
const newSegments = 8;
/** A database that is never there: nothing but the merge goes on beside the searches. */
const noDatabase = 'postgres://nobody@127.0.0.1:9/none';
const lookMs = 200;

interface Merging {
  during: LoopFigures;
  seconds: number;
  after: LoopFigures;
}

export class MergingFigures {
  private readonly documentsPerSegment: number;
  private readonly sealVectors: number;
  private readonly table: ReportTable;
  /** Before the merge. */
  private segmentCount = 0;

  constructor(
    private readonly documents: ClusteredDocuments,
    private readonly questions: Questions,
    private readonly length: LoopLength,
    newVectors: number,
  ) {
    this.documentsPerSegment = Math.max(1, Math.floor(newVectors / newSegments / chunksPerDocument));
    this.sealVectors = this.documentsPerSegment * chunksPerDocument;
    this.table = new ReportTable(`Searches, one at a time, while ${count(newSegments * this.sealVectors)} new vectors are merged`, [
      ...['searches', 'quiet before: p50 ms', 'p99 ms', 'during the merge: p50 ms', 'p99 ms', 'most ms', 'searches', 'the merge took s'],
      ...['quiet after: p50 ms', 'p99 ms', 'p99 during beside the quiet one before (after, over HTTP)'],
    ]);
  }

  /** Adds new vectors, in eight segments, to a copy of the store, and lets them be merged while it is asked. */
  print(dataDir: string): Promise<void> {
    return withCopyOf(dataDir, async (copy) => {
      progress('adding vectors that are not merged yet');
      const before = await this.addAndSearch(copy);
      await withCopyOf(copy, async (other) => {
        progress('merging beside searches in the worker');
        const merging = await this.inWorker(copy);
        this.row('in the worker', before, merging);
        progress('merging beside searches over HTTP');
        // a server merges whatever it finds: there is no quiet before
        this.row('over HTTP', null, await this.overHttp(other, patience(merging.seconds)));
      });
    });
  }

  private row(name: string, before: LoopFigures | null, { during, seconds, after }: Merging): void {
    const ratio = during.latencies.percentile(0.99) / (before ?? after).latencies.percentile(0.99);
    this.table.row(
      ...[name, ...(before ? both(before) : ['–', '–']), ...both(during), milliseconds(during.latencies.most)],
      ...[count(during.latencies.count), seconds.toFixed(1), ...both(after), ratio.toFixed(2)],
    );
  }

  private addAndSearch(dataDir: string): Promise<LoopFigures> {
    const { documents, documentsPerSegment, sealVectors } = this;
    const search = async (store: VectorStore): Promise<LoopFigures> => {
      await importDocuments(store, documents, documents.count, documents.count + newSegments * documentsPerSegment);
      while (isSealing(store)) await pause(lookMs);
      this.segmentCount = store.statistics().segments.filter(({ kind }) => kind !== 'tail').length;
      progress(`added: ${segmentsOf(store)}`);
      return this.searchQuietly(store);
    };
    return withStore(dataDir, search, { sealVectors });
  }

  private inWorker(dataDir: string): Promise<Merging> {
    const mergeBeside = async (store: VectorStore, done: Promise<void>): Promise<Merging> => {
      const { during, seconds } = await beside(done, (length) => this.searchQuietly(store, length));
      progress(`merged: ${segmentsOf(store)}`);
      return { during, seconds, after: await this.searchQuietly(store) };
    };
    return withStore(dataDir, (store, { merged }) => mergeBeside(store, merged()), {
      merging: true,
      sealVectors: this.sealVectors,
    });
  }

  /** The server begins to merge as soon as it has started. */
  private async overHttp(dataDir: string, secondsMax: number): Promise<Merging> {
    const environment = { SEGMENT_VECTORS: String(this.sealVectors), DATABASE_URL: noDatabase, LOG_LEVEL: 'fatal' };
    const app = await RunningApp.start(dataDir, { environment });
    try {
      const requests = searchRequests(app.url, this.questions);
      const search = (length: LoopLength): Promise<LoopFigures> => closedLoopOverHttp(app.url, 1, length, requests);
      const { during, seconds } = await beside(this.serverHasMerged(app, secondsMax), search);
      return { during, seconds, after: await search(this.length) };
    } finally {
      await app.stop();
    }
  }

  private async serverHasMerged(app: RunningApp, secondsMax: number): Promise<void> {
    const start = performance.now();
    while (performance.now() - start < secondsMax * 1000) {
      const { segments } = (await app.json('GET', '/index')) as { segments: { kind: string }[] };
      if (segments.filter(({ kind }) => kind !== 'tail').length < this.segmentCount) return;
      await pause(lookMs);
    }
    throw new Error(`the server has not merged them in ${Math.round(secondsMax)} s`);
  }

  private searchQuietly(store: VectorStore, length = this.length): Promise<LoopFigures> {
    const { queries } = this.questions;
    return closedLoop(1, length, (number) => store.search({ vector: queries[number % queries.length], topK }));
  }
}

/** Searches for as long as something else goes on, and how long that was. */
async function beside(
  work: Promise<void>,
  search: (length: LoopLength) => Promise<LoopFigures>,
): Promise<{ during: LoopFigures; seconds: number }> {
  const start = performance.now();
  let isOver = false;
  const over = work.finally(() => (isOver = true));
  over.catch(() => undefined); // it is awaited below
  const during = await search({ seconds: Infinity, callsMin: 0, warmUp: 0, goesOn: () => !isOver });
  await over;
  return { during, seconds: (performance.now() - start) / 1000 };
}

/** How long a server may take for what took so many seconds in this process. */
const patience = (seconds: number): number => 60 + 4 * seconds;

const both = ({ latencies }: LoopFigures): string[] => [milliseconds(latencies.median), milliseconds(latencies.percentile(0.99))];

/** The store alone: without a database. */
function withCopyOf(dataDir: string, work: (copy: string) => Promise<void>): Promise<void> {
  return withDataFolder(async (copy) => {
    await cp(join(dataDir, 'store'), join(copy, 'store'), { recursive: true });
    await work(copy);
  });
}
