/** How well and how fast one kind of questions is answered, in the worker and over HTTP. */
import type { ChunkFilter, ChunkHit, VectorStore } from '../../src/store/index.js';
import { documentOf } from '../clustered-documents.js';
import { answersOverHttp, closedLoop, closedLoopOverHttp, type LoopFigures, type LoopLength } from '../closed-loop.js';
import { postRequest, vectorJson } from '../socket-client.js';
import { topK, type Questions } from './questions.js';

/** Clients of the second measurement; the first has one. */
export const clientsMany = 16;
/** Scores of one vector differ in the last digits with the order in which they are summed up. */
const scoreTolerance = 1e-5;

export interface Quality {
  /** Share of the nearest topK that were found. */
  recall: number;
  /** Hits that were not allowed or are deleted. */
  leaks: number;
}

export interface Speed {
  one: LoopFigures;
  many: LoopFigures;
}

export interface WorkerFigures extends Quality, Speed {
  /** Vector ids of each query's exact answer. */
  nearest: Set<number>[];
  /** Queries whose exact answer had the scores that comparing all vectors without the store gives. */
  confirmed: number;
}

export async function searchInWorker(
  store: VectorStore,
  questions: Questions,
  length: LoopLength,
  expectedScores: readonly Float32Array[],
): Promise<WorkerFigures> {
  const { queries, filter } = questions;
  const search = (vector: Float32Array, exact = false): Promise<ChunkHit[]> => store.search({ vector, topK, filter, exact });
  const nearest: Set<number>[] = [];
  let [found, leaks, confirmed] = [0, 0, 0];
  for (const [n, vector] of queries.entries()) {
    const exact = await search(vector, true);
    const ids = new Set(exact.map(({ chunk }) => chunk.vectorId));
    const hits = await search(vector);
    found += hits.filter(({ chunk }) => ids.has(chunk.vectorId)).length;
    leaks += [...exact, ...hits].filter((hit) => !questions.allows(documentOf(hit))).length;
    if (n < expectedScores.length && areEqual(exact, expectedScores[n])) confirmed++;
    nearest.push(ids);
  }
  const call = (number: number): Promise<unknown> => search(queries[number % queries.length]);
  const one = await closedLoop(1, length, call);
  const many = await closedLoop(clientsMany, length, call);
  return { recall: recallOf(found, nearest), leaks, confirmed, nearest, one, many };
}

interface HttpHit {
  document: { title: string };
  chunk: { id: number };
}

/** The same over HTTP, held against the exact answers that the worker gave. */
export async function searchOverHttp(
  url: string,
  questions: Questions,
  length: LoopLength,
  nearest: readonly Set<number>[],
): Promise<Quality & Speed> {
  const requests = searchRequests(url, questions);
  const answers = (await answersOverHttp(url, requests)) as { hits: HttpHit[] }[];
  let [found, leaks] = [0, 0];
  for (const [n, { hits }] of answers.entries()) {
    found += hits.filter(({ chunk }) => nearest[n].has(chunk.id)).length;
    leaks += hits.filter(({ document }) => !questions.allows(documentOf({ document }))).length;
  }
  const one = await closedLoopOverHttp(url, 1, length, requests);
  const many = await closedLoopOverHttp(url, clientsMany, length, requests);
  return { recall: recallOf(found, nearest), leaks, one, many };
}

export function searchRequests(url: string, { queries, filter }: Questions): Buffer[] {
  return queries.map((vector) =>
    postRequest(url, '/search', { vector: vectorJson(vector), top_k: topK, mode: 'vector', ...(filter && { filter: filterJson(filter) }) }),
  );
}

const filterJson = ({ ownerId, metadata }: ChunkFilter): object => ({
  ...(ownerId !== undefined && { owner_id: ownerId }),
  ...(metadata !== undefined && { metadata }),
});

/** Of a question that nothing answers, nothing is missing. */
function recallOf(found: number, nearest: readonly Set<number>[]): number {
  const wanted = nearest.reduce((sum, { size }) => sum + size, 0);
  return wanted === 0 ? 1 : found / wanted;
}

function areEqual(hits: readonly ChunkHit[], scores: Float32Array): boolean {
  return hits.length === scores.length && hits.every(({ score }, n) => Math.abs(score - scores[n]) <= scoreTolerance);
}
