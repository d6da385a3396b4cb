import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeEnd } from './interruption.js';
import { quietMachine } from './quiet-machine.js';

const startMsMax = 300_000;
const catchUpMsMax = 1_200_000;
const main = fileURLToPath(new URL('../src/main.js', import.meta.url));

export interface AppOptions {
  /** Over the variables of this process. */
  environment?: NodeJS.ProcessEnv;
  /** Loaded into the server's process before it starts. It may speak over the process's channel. */
  preload?: URL;
}

/** The built server as a process of its own, on a free port and a folder of the caller's. */
export class RunningApp {
  private constructor(
    readonly child: ChildProcess,
    /** `http://127.0.0.1:<port>` */
    readonly url: string,
    private readonly startedAt: number,
  ) {}

  static async start(dataDir: string, { environment = {}, preload }: AppOptions = {}): Promise<RunningApp> {
    const port = await freePort();
    const started = performance.now();
    const child = spawn(process.execPath, [...(preload ? ['--import', preload.href] : []), main], {
      env: {
        ...{ ...process.env, DATABASE_URL: '', API_KEYS: '', LOG_LEVEL: 'error', ...environment },
        ...{ DATA_DIR: dataDir, HOST: '127.0.0.1', PORT: String(port) },
      },
      stdio: ['ignore', 'ignore', 'inherit', ...(preload ? ['ipc' as const] : [])],
    });
    const app = new RunningApp(child, `http://127.0.0.1:${port}`, started);
    const forget = beforeEnd(() => app.stop());
    child.once('exit', forget);
    while (!(await isReady(app.url))) {
      if (child.exitCode !== null) throw new Error(`The server ended with code ${child.exitCode} before it was ready`);
      if (performance.now() - started > startMsMax) {
        await app.stop('SIGKILL');
        throw new Error(`The server was not ready after ${startMsMax} ms`);
      }
      await pause(20);
    }
    app.readyAt = performance.now();
    return app;
  }

  private readyAt = NaN;

  /** Milliseconds from the spawn until `/health/ready` answered 200. */
  get readyMs(): number {
    return this.readyAt - this.startedAt;
  }

  /** Of the server's process, its threads included; what it starts beside it counts for itself. */
  async memory(): Promise<{ residentBytes: number; peakBytes: number }> {
    const status = await readFile(`/proc/${this.child.pid}/status`, 'utf8');
    const bytes = (name: string): number => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
    return { residentBytes: bytes('VmRSS'), peakBytes: bytes('VmHWM') };
  }

  /** Journal records that PostgreSQL still lacks. */
  async lag(): Promise<number> {
    const { sync } = (await this.json('GET', '/index')) as { sync: { lag: number } };
    return sync.lag;
  }

  async caughtUp(): Promise<boolean> {
    const start = performance.now();
    while ((await this.lag()) > 0) {
      if (performance.now() - start > catchUpMsMax) return false;
      await pause(50);
    }
    return true;
  }

  /**
   * PostgreSQL has every record and has put it in order (its index on the texts comes last): it takes nothing from what is
   * measured next. False when it has not after twenty minutes.
   */
  async settle(): Promise<boolean> {
    const isCaughtUp = await this.caughtUp();
    await quietMachine();
    return isCaughtUp;
  }

  /** The parsed answer; rejects on anything but 2xx. */
  async json(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.url + path, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    }).catch((cause: unknown) => {
      const { exitCode, signalCode } = this.child;
      throw new Error(`${method} ${path} got no answer; the server's exit code is ${exitCode}, its signal ${signalCode}`, { cause });
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** SIGTERM lets it close its files; SIGKILL is the crash. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/ready`);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
