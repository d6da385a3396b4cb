import type { BenchRow } from './bench-row.js';
import { withDataFolder } from './data-folder.js';
import { openModel, type OpenModel } from './open-model.js';
import { question } from './queries.js';
import { RunningApp } from './running-app.js';
import { figure, takeTurns, timed } from './samples.js';
import { fillStore } from './synthetic-store.js';

const turns = 12;
const queriesPerTurn = 25;

/** Text search over HTTP, one client, beside embedding the same queries alone with the same model and as many threads. */
export async function benchTextSearch(): Promise<BenchRow[]> {
  const model = await openModel();
  try {
    const rows: BenchRow[] = [];
    for (const vectorCount of [10_000, 100_000]) rows.push(await withDataFolder((dataDir) => measure(dataDir, vectorCount, model)));
    return rows;
  } finally {
    await model.close();
  }
}

async function measure(dataDir: string, vectorCount: number, model: OpenModel): Promise<BenchRow> {
  await fillStore(dataDir, vectorCount);
  const app = await RunningApp.start(dataDir);
  try {
    await app.settle();
    const search = (query: string): Promise<unknown> => app.json('POST', '/search', { query, top_k: 10 });
    const embed = (query: string): Promise<unknown> => model.embedder.embedQuery(query);
    // The model in this process outlives one size of the store, and remembers: each size has questions of its own.
    const questionsOf = (turn: number): number => vectorCount + turn * queriesPerTurn;
    await eachOf(questionsOf(turns), search);
    await eachOf(questionsOf(turns), embed);
    const { subject, yardstick } = await takeTurns(
      turns,
      (turn) => eachOf(questionsOf(turn), search),
      (turn) => eachOf(questionsOf(turn), embed),
    );
    return {
      what: `text search over HTTP, one client, ${vectorCount} vectors`,
      value: subject.print('ms'),
      yardstick: `embed the same query alone: ${yardstick.print('ms')}`,
      ratio: `${figure(subject.median / yardstick.median)} × (goal: at most 1.3 ×)`,
    };
  } finally {
    await app.stop();
  }
}

/** Each query is asked once a side: what a cache would answer is not what is measured. */
async function eachOf(firstQuestion: number, ask: (query: string) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let at = 0; at < queriesPerTurn; at++) times.push(await timed(() => ask(question(firstQuestion + at))));
  return times;
}
