/**
 * How the engine behaves at a size: `HVS_BENCH_VECTORS=1000000 npm run bench -- scale`. One store is filled, asked, loses
 * whole clusters, a tenth and more than half of its documents, and is asked again each time, in this process and over HTTP.
 */
import { performance } from 'node:perf_hooks';
import { ClusteredDocuments, documentOf } from './clustered-documents.js';
import type { LoopLength } from './closed-loop.js';
import { withDataFolder } from './data-folder.js';
import { deleteDocuments, fillClustered, segmentsOf } from './fill-clustered.js';
import { MachineMemory } from './machine-memory.js';
import { openModel } from './open-model.js';
import { withStore } from './open-store.js';
import { count, progress, say, verdict } from './report.js';
import { bruteForceScores } from './scale/brute-force.js';
import { MergingFigures } from './scale/merging-figures.js';
import { allowedVectors, filteredQuestions, plainQuestions, questionsAboutDeleted, type Questions } from './scale/questions.js';
import { printGoals } from './scale/scale-goals.js';
import { ScaleTables, type SearchRow } from './scale/scale-tables.js';
import { searchInWorker } from './scale/search-figures.js';
import { serverFigures, type ServerFigures } from './scale/server-figures.js';
import { numberSetting, vectorsSetting } from './settings.js';

/** One cluster of so many is deleted whole. */
const deletedClustersOneOf = 100;
const confirmedQueries = 5;

export async function benchScale(): Promise<void> {
  const documents = new ClusteredDocuments(vectorsSetting(100_000));
  const queries = numberSetting('HVS_BENCH_QUERIES', documents.vectorCount > 200_000 ? 100 : 200, { min: confirmedQueries, max: 10_000 });
  const seconds = numberSetting('HVS_BENCH_SECONDS', 3, { min: 0.1, max: 600 });
  const newVectors = numberSetting('HVS_BENCH_MERGE_VECTORS', Math.min(100_000, documents.vectorCount), { min: 200, max: 1_000_000 });
  const memory = new MachineMemory();
  try {
    await withDataFolder((dataDir) => new Scale(dataDir, documents, queries, { seconds, callsMin: 1_000 }).run(newVectors));
  } finally {
    say(`All processes of the machine together took ${memory.end()} GB of memory at most.`);
  }
}

class Scale {
  private readonly tables = new ScaleTables();
  private readonly deleted = new Set<number>();

  constructor(
    private readonly dataDir: string,
    private readonly documents: ClusteredDocuments,
    private readonly queryCount: number,
    private readonly length: LoopLength,
  ) {}

  async run(newVectors: number): Promise<void> {
    const { documents, queryCount } = this;
    const modelLoadMs = await modelLoad();
    await fillClustered(this.dataDir, documents);
    const all = this.plain('all, no filter');
    const { rows, server } = await this.measure('all', [all, ...filteredQuestions(documents, queryCount)]);
    if (server) printGoals(documents.vectorCount, rows[0], server, modelLoadMs);
    await this.whileMerging(all, newVectors);

    await this.delete((document) => documents.vectors.clusterOf(document) % deletedClustersOneOf === 0);
    const about = questionsAboutDeleted(documents, 'whole clusters deleted, about them', queryCount, new Set(this.deleted));
    await this.measure('whole clusters deleted', [about, this.plain('whole clusters deleted, about all')]);
    await this.delete((document) => documents.chance(document, 2) < 0.1);
    await this.measure('10 % deleted', [this.plain('10 % deleted')]);
    await this.delete((document) => documents.chance(document, 2) < 0.6);
    await this.measure('60 % deleted', [this.plain('60 % deleted, rows still there')], { inWorkerOnly: true });
    await this.rewriteSegments();
    await this.measure('60 % deleted', [this.plain('60 % deleted, segments rewritten')]);
  }

  /** What goes wrong there keeps nobody from the rest. */
  private async whileMerging(questions: Questions, newVectors: number): Promise<void> {
    try {
      await new MergingFigures(this.documents, questions, this.length, newVectors).print(this.dataDir);
    } catch (error) {
      say(`Searches while segments are merged: ${(error as Error).message} ${verdict(false)}`);
    }
  }

  private plain(name: string): Questions {
    return plainQuestions(this.documents, name, this.queryCount, new Set(this.deleted));
  }

  private async measure(
    name: string,
    kinds: Questions[],
    { inWorkerOnly = false } = {},
  ): Promise<{ rows: SearchRow[]; server?: ServerFigures }> {
    const { documents, length, tables } = this;
    progress(`${name}: comparing all vectors without the store, for ${confirmedQueries} queries of each kind`);
    const expected = bruteForceScores(documents, kinds, confirmedQueries);
    const { rows, statistics, loadMs } = await withStore(this.dataDir, async (store, opened) => {
      const figures = store.statistics();
      const measured: SearchRow[] = [];
      for (const [n, questions] of kinds.entries()) {
        progress(`in the worker: ${questions.name}`);
        const worker = await searchInWorker(store, questions, length, expected[n]);
        measured.push({
          ...{ name: questions.name, allowed: allowedVectors(documents, questions), isFiltered: questions.filter !== undefined },
          ...{ hasGraph: figures.segments.some(({ kind }) => kind === 'hnsw'), compared: expected[n].length, worker },
        });
      }
      return { rows: measured, statistics: figures, loadMs: opened.loadMs };
    });
    const inWorker = rows.map(({ worker }) => worker);
    const server = inWorkerOnly ? undefined : await serverFigures(this.dataDir, kinds, length, inWorker);
    rows.forEach((row, n) => (row.http = server?.answers[n]));
    for (const row of rows) tables.searchRow(row);
    if (server) tables.serverRow(name, statistics, loadMs, server);
    return { rows, server };
  }

  /** The segments stay as they are: what died is a tombstone. */
  private delete(isChosen: (document: number) => boolean): Promise<void> {
    return withStore(this.dataDir, async (store) => {
      const chosen = [...store.documents()].filter((document) => isChosen(documentOf({ document })));
      for (const document of chosen) this.deleted.add(documentOf({ document }));
      await deleteDocuments(
        store,
        chosen.map(({ id }) => id),
      );
    });
  }

  private rewriteSegments(): Promise<void> {
    const start = performance.now();
    return withStore(
      this.dataDir,
      async (store, { merged }) => {
        await merged();
        progress(`rewritten in ${count((performance.now() - start) / 1000)} s: ${segmentsOf(store)}`);
      },
      { merging: true },
    );
  }
}

/** What a start cannot do without: the model's own load, in a process that does nothing else. */
async function modelLoad(): Promise<number> {
  const start = performance.now();
  const model = await openModel();
  const loadMs = performance.now() - start;
  await model.close();
  return loadMs;
}
