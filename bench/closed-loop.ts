import { performance } from 'node:perf_hooks';
import { Samples } from './samples.js';
import { SocketClient, type SocketAnswer } from './socket-client.js';

export interface LoopFigures {
  /** Milliseconds of each call. */
  latencies: Samples;
  /** Calls a second, of all callers together. */
  rate: number;
}

export interface LoopLength {
  seconds: number;
  /** As many calls at least, unless four times the seconds have passed. */
  callsMin: number;
  /** Calls that are made before and not counted. */
  warmUp?: number;
  /** Ends the loop when it answers false, whatever else is asked for. */
  goesOn?: () => boolean;
}

/** `callers` call again and again, each as soon as its last call was answered. `call` gets the number of the call and of the caller. */
export async function closedLoop(
  callers: number,
  { seconds, callsMin, warmUp = callers * 5, goesOn = () => true }: LoopLength,
  call: (number: number, caller: number) => Promise<unknown>,
): Promise<LoopFigures> {
  let next = 0;
  const run = async (isWanted: () => boolean, noteMs: (ms: number) => void): Promise<void> => {
    const one = async (caller: number): Promise<void> => {
      while (isWanted()) {
        const start = performance.now();
        await call(next++, caller);
        noteMs(performance.now() - start);
      }
    };
    await Promise.all(Array.from({ length: callers }, (_, caller) => one(caller)));
  };
  await run(
    () => next < warmUp,
    () => undefined,
  );
  const latencies: number[] = [];
  const start = performance.now();
  const elapsed = (): number => (performance.now() - start) / 1000;
  await run(
    () => goesOn() && (elapsed() < seconds || (latencies.length < callsMin && elapsed() < seconds * 4)),
    (ms) => latencies.push(ms),
  );
  return { latencies: new Samples(latencies), rate: latencies.length / elapsed() };
}

/** The same over HTTP, each caller on a kept connection of its own; anything but 200 ends it. */
export async function closedLoopOverHttp(
  url: string,
  callers: number,
  length: LoopLength,
  requests: readonly Buffer[],
): Promise<LoopFigures> {
  return withClients(url, callers, (clients) =>
    closedLoop(callers, length, async (number, caller) => expectOk(await clients[caller].send(requests[number % requests.length]))),
  );
}

/** The parsed answer to each request, in order. */
export function answersOverHttp(url: string, requests: readonly Buffer[]): Promise<unknown[]> {
  return withClients(url, 1, async ([client]) => {
    const answers: unknown[] = [];
    for (const request of requests) answers.push(JSON.parse(expectOk(await client.send(request)).body.toString()));
    return answers;
  });
}

async function withClients<T>(url: string, count: number, work: (clients: SocketClient[]) => Promise<T>): Promise<T> {
  const clients: SocketClient[] = [];
  try {
    for (let n = 0; n < count; n++) clients.push(await SocketClient.open(url));
    return await work(clients);
  } finally {
    for (const client of clients) client.close();
  }
}

function expectOk(answer: SocketAnswer): SocketAnswer {
  if (answer.status !== 200) throw new Error(`A request was answered ${answer.status}: ${answer.body.toString().slice(0, 500)}`);
  return answer;
}
