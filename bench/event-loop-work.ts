/** What the server is given to do while its event loop is watched. */
import type { ClusteredDocuments } from './clustered-documents.js';
import { closedLoopOverHttp } from './closed-loop.js';
import { manualText, question } from './queries.js';
import { count } from './report.js';
import type { RunningApp } from './running-app.js';
import type { Questions } from './scale/questions.js';
import { searchRequests } from './scale/search-figures.js';
import { postRequest } from './socket-client.js';
import { importLine, importLines } from './transfer-client.js';

/** Works for as long as `goesOn` answers true; says what it got done. */
export type Work = (app: RunningApp, goesOn: () => boolean) => Promise<string>;

const unlimited = { seconds: 3_600, callsMin: 0, warmUp: 0 };
const sentencesPerDocument = 150;
const queuedMax = 4;
let texts = 0;

export const searching =
  (questions: Questions, clients: number): Work =>
  async ({ url }, goesOn) => {
    const { latencies } = await closedLoopOverHttp(url, clients, { ...unlimited, goesOn }, searchRequests(url, questions));
    return `${count(latencies.count)} searches`;
  };

export const textSearching =
  (clients: number): Work =>
  async ({ url }, goesOn) => {
    const requests = Array.from({ length: 5_000 }, () => postRequest(url, '/search', { query: question(texts++), mode: 'vector' }));
    const { latencies } = await closedLoopOverHttp(url, clients, { ...unlimited, goesOn }, requests);
    return `${count(latencies.count)} searches`;
  };

/** Some documents are always waiting, so that the ingestion never rests. */
export const ingesting: Work = async (app, goesOn) => {
  const ingestOne = async (): Promise<number> => {
    const number = texts++;
    const document = { title: `Bench manual ${number}`, text: manualText(number, sentencesPerDocument) };
    return ((await app.json('POST', '/documents/text?wait=true', document)) as { chunk_count: number }).chunk_count;
  };
  let chunks = 0;
  const oneAfterAnother = async (): Promise<void> => {
    while (goesOn()) chunks += await ingestOne();
  };
  await Promise.all(Array.from({ length: queuedMax }, oneAfterAnother));
  return `${count(chunks)} chunks ingested`;
};

/** Documents beyond those that are there, other ones each time. */
export function importing(documents: ClusteredDocuments): Work {
  let next = documents.count;
  function* lines(goesOn: () => boolean): Iterable<string> {
    while (goesOn()) yield importLine(documents, next++);
  }
  return async ({ url }, goesOn) => {
    const { imported } = await importLines(url, lines(goesOn));
    return `${count(imported)} documents imported`;
  };
}
