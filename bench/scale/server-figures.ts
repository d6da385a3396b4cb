import { RunningApp } from '../running-app.js';
import { closedLoopOverHttp, type LoopFigures, type LoopLength } from '../closed-loop.js';
import { progress } from '../report.js';
import { getRequest } from '../socket-client.js';
import { clientsMany, searchOverHttp, type Quality, type Speed, type WorkerFigures } from './search-figures.js';
import type { Questions } from './questions.js';

export interface ServerFigures {
  /** Milliseconds from the spawn until ready, the model's load included. */
  readyMs: number;
  readyAfterKillMs: number;
  /** Resident bytes once it is ready and quiet, after all searches, and the most that it ever had. */
  residentBytes: number;
  residentBytesAfter: number;
  peakBytes: number;
  /** `GET /health/live`, as many clients as the searches have. */
  live: LoopFigures;
  answers: (Quality & Speed)[];
}

/** A real server on a folder that has been filled: searches of each kind, and then kill -9 and another start. */
export async function serverFigures(
  dataDir: string,
  kinds: readonly Questions[],
  length: LoopLength,
  inWorker: readonly WorkerFigures[],
): Promise<ServerFigures> {
  const app = await RunningApp.start(dataDir);
  try {
    progress(`server ready after ${Math.round(app.readyMs)} ms; waiting until PostgreSQL has caught up`);
    if (!(await app.settle())) progress('PostgreSQL has not caught up: it goes on while searches are timed');
    const before = await app.memory();
    const live = await closedLoopOverHttp(app.url, clientsMany, length, [getRequest(app.url, '/health/live')]);
    const answers: (Quality & Speed)[] = [];
    for (const [n, questions] of kinds.entries()) {
      progress(`over HTTP: ${questions.name}`);
      answers.push(await searchOverHttp(app.url, questions, length, inWorker[n].nearest));
    }
    const after = await app.memory();
    await app.stop('SIGKILL');
    return {
      ...{ live, answers, readyMs: app.readyMs, readyAfterKillMs: await readyAgain(dataDir) },
      ...{ residentBytes: before.residentBytes, residentBytesAfter: after.residentBytes, peakBytes: after.peakBytes },
    };
  } finally {
    await app.stop();
  }
}

/** The start after the kill takes over the PostgreSQL that is still running, and ends it in order. */
async function readyAgain(dataDir: string): Promise<number> {
  const app = await RunningApp.start(dataDir);
  await app.stop();
  return app.readyMs;
}
