import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const READY_WITHIN_MS = 120_000;
/** The service promises to end within 10 s. */
const STOPPED_WITHIN_MS = 20_000;
const main = fileURLToPath(new URL('../src/main.js', import.meta.url));

/** The service as a child process, on a port of its own and for this computer only. */
export class Instance {
  private output = '';

  private constructor(
    readonly baseUrl: string,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output = (this.output + text).slice(-20_000)));
    }
  }

  /** Resolves when it is ready. Rejects with the child's own last words when it ends before. */
  static async start(settings: NodeJS.ProcessEnv): Promise<Instance> {
    const port = await freePort();
    const env = { ...settings, PORT: String(port), HOST: '127.0.0.1', API_KEYS: '' };
    const child = spawn(process.execPath, ['--enable-source-maps', main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const instance = new Instance(`http://127.0.0.1:${port}`, child);
    try {
      await instance.ready();
    } catch (error) {
      await instance.stop();
      throw error;
    }
    return instance;
  }

  /** The last lines that the process wrote. */
  lastLines(count: number): string[] {
    return this.output.trim().split('\n').slice(-count);
  }

  /** Ends it as SIGTERM does, and after 20 s with force. Answers the exit code; null when force or a signal ended it. */
  async stop(): Promise<number | null> {
    if (!this.ended) {
      const ended = once(this.child, 'close');
      this.child.kill('SIGTERM');
      const inTime = await Promise.race([ended.then(() => true), sleep(STOPPED_WITHIN_MS, false, { ref: false })]);
      if (!inTime) this.child.kill('SIGKILL');
      await ended;
    }
    return this.child.exitCode;
  }

  private get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!this.ended) {
      if (await this.answersReady()) return;
      if (Date.now() > deadline) {
        throw new Error(`The service was not ready after ${READY_WITHIN_MS / 1000} s. Its last lines:\n${this.lastLines(10).join('\n')}`);
      }
      await sleep(100);
    }
    await sleep(50); // its last words may still be in the pipe
    throw new Error(this.lastLines(1)[0] || `The service ended with code ${this.child.exitCode} and said nothing.`);
  }

  private async answersReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.baseUrl}/health/ready`, { signal: AbortSignal.timeout(5000) })).ok;
    } catch {
      return false;
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
