import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { quietMachine } from './quiet-machine.js';

const startMsMax = 120_000;
const main = fileURLToPath(new URL('../src/main.js', import.meta.url));

/** The built server as a process of its own, on a free port and a folder of the caller's. */
export class RunningApp {
  private constructor(
    private readonly child: ChildProcess,
    /** `http://127.0.0.1:<port>` */
    readonly url: string,
    /** Milliseconds from the spawn until `/health/ready` answered 200. */
    readonly readyMs: number,
  ) {}

  static async start(dataDir: string): Promise<RunningApp> {
    const port = await freePort();
    const started = performance.now();
    const child = spawn(process.execPath, [main], {
      env: { ...process.env, DATA_DIR: dataDir, HOST: '127.0.0.1', PORT: String(port), DATABASE_URL: '', API_KEYS: '', LOG_LEVEL: 'error' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const url = `http://127.0.0.1:${port}`;
    while (!(await isReady(url))) {
      if (child.exitCode !== null) throw new Error(`The server ended with code ${child.exitCode} before it was ready`);
      if (performance.now() - started > startMsMax) {
        child.kill('SIGKILL');
        throw new Error(`The server was not ready after ${startMsMax} ms`);
      }
      await pause(20);
    }
    return new RunningApp(child, url, performance.now() - started);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Journal records that PostgreSQL still lacks. */
  async lag(): Promise<number> {
    const { sync } = (await this.json('GET', '/index')) as { sync: { lag: number } };
    return sync.lag;
  }

  async caughtUp(): Promise<void> {
    while ((await this.lag()) > 0) await pause(50);
  }

  /** PostgreSQL has every record and has put it in order (its index on the texts comes last): it takes nothing from what is measured next. */
  async settle(): Promise<void> {
    await this.caughtUp();
    await quietMachine();
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
