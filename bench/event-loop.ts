/**
 * How late the server's event loop is while it works: measured inside of its process by a probe that is loaded before it, and
 * from outside by a client that asks /health/live every few milliseconds, and so waits as everybody would.
 */
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { ClusteredDocuments } from './clustered-documents.js';
import { withDataFolder } from './data-folder.js';
import type { LoopDelay } from './event-loop-probe.js';
import { importing, ingesting, searching, textSearching, type Work } from './event-loop-work.js';
import { fillClustered } from './fill-clustered.js';
import { milliseconds, progress, ReportTable, verdict } from './report.js';
import { RunningApp } from './running-app.js';
import { Samples } from './samples.js';
import { filteredQuestions, plainQuestions } from './scale/questions.js';
import { numberSetting, vectorsSetting } from './settings.js';
import { getRequest, SocketClient } from './socket-client.js';

const p99MsMax = 20;
const askEveryMs = 10;
const queries = 200;

export async function benchEventLoop(): Promise<void> {
  const documents = new ClusteredDocuments(vectorsSetting(20_000));
  const seconds = numberSetting('HVS_BENCH_SECONDS', 10, { min: 0.1, max: 600 });
  await withDataFolder(async (dataDir) => {
    await fillClustered(dataDir, documents);
    const app = await RunningApp.start(dataDir, { preload: new URL('./event-loop-probe.js', import.meta.url) });
    try {
      await app.settle();
      await measureAll(app, documents, seconds);
    } finally {
      await app.stop();
    }
  });
}

async function measureAll(app: RunningApp, documents: ClusteredDocuments, seconds: number): Promise<void> {
  const table = new ReportTable(`The server's event loop, ${documents.vectorCount.toLocaleString('en')} vectors at the beginning`, [
    ...[
      'while',
      'done',
      'late by: p50 ms',
      'p99 ms',
      'most ms',
      'GET /health/live: p50 ms',
      'p99 ms',
      'most ms',
      `p99 late ≤ ${p99MsMax} ms`,
    ],
  ]);
  const half = filteredQuestions(documents, queries)[0];
  const plain = plainQuestions(documents, 'searching', queries, new Set());
  const imports = importing(documents);
  const kinds: { name: string; works: Work[] }[] = [
    { name: 'nothing is asked', works: [] },
    { name: 'vector searches, 16 clients', works: [searching(plain, 16)] },
    { name: 'vector searches with a filter that allows half, 4 clients', works: [searching(half, 4)] },
    { name: 'text searches, 4 clients', works: [textSearching(4)] },
    { name: 'ingesting text documents', works: [ingesting] },
    { name: 'importing documents with their vectors', works: [imports] },
    { name: 'ingesting, importing and searching (4 clients)', works: [ingesting, imports, searching(plain, 4)] },
  ];
  for (const { name, works } of kinds) {
    progress(name);
    const { delay, live, done } = await during(app, works, seconds);
    table.row(
      ...[name, done.join(', ') || '–', milliseconds(delay.p50), milliseconds(delay.p99), milliseconds(delay.most)],
      ...[live.median, live.percentile(0.99), live.most].map(milliseconds),
      verdict(delay.p99 <= p99MsMax),
    );
  }
}

async function during(app: RunningApp, works: Work[], seconds: number): Promise<{ delay: LoopDelay; live: Samples; done: string[] }> {
  const client = await SocketClient.open(app.url);
  try {
    const end = performance.now() + seconds * 1000;
    const goesOn = (): boolean => performance.now() < end;
    app.child.send('begin');
    const working = Promise.all(works.map((work) => work(app, goesOn)));
    const latencies: number[] = [];
    const request = getRequest(app.url, '/health/live');
    while (goesOn()) {
      const start = performance.now();
      await client.send(request);
      latencies.push(performance.now() - start);
      await pause(askEveryMs);
    }
    const answer = once(app.child, 'message') as Promise<[LoopDelay]>;
    app.child.send('end');
    const [delay] = await answer;
    return { delay, live: new Samples(latencies), done: await working };
  } finally {
    client.close();
  }
}
