import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const LISTENING_WITHIN_MS = 120_000;
/** The service promises to end within 10 s. */
const STOPPED_WITHIN_MS = 20_000;
const main = fileURLToPath(new URL('../src/main.js', import.meta.url));

/** The service as a child process, on a port of its own and for this machine only. */
export class Instance {
  /** Known once it listens. */
  baseUrl = '';
  private output = '';
  private errors = '';

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors = (this.errors + text).slice(-20_000)));
  }

  /**
   * Resolves when it listens, which is when it has recovered. Rejects with its own last line when it ends before.
   * @param settings its environment; port, host and keys are set here
   */
  static async start(settings: NodeJS.ProcessEnv): Promise<Instance> {
    const env = { ...settings, PORT: '0', HOST: '127.0.0.1', API_KEYS: '' };
    const instance = new Instance(spawn(process.execPath, ['--enable-source-maps', main], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
    try {
      instance.baseUrl = await instance.listening();
    } catch (error) {
      await instance.stop();
      throw error;
    }
    return instance;
  }

  /** The last lines of its log; the very last one is the reason when it ended by itself. */
  lastLines(count: number): string[] {
    return this.errors.trim().split('\n').slice(-count);
  }

  /** Ends it as SIGTERM does, and after 20 s with force. Answers the exit code; null when force or a signal ended it. */
  async stop(): Promise<number | null> {
    if (!this.ended) {
      const closed = once(this.child, 'close');
      this.child.kill('SIGTERM');
      const force = setTimeout(() => this.child.kill('SIGKILL'), STOPPED_WITHIN_MS);
      await closed;
      clearTimeout(force);
    }
    return this.child.exitCode;
  }

  private get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Its address, which the start ends with on standard output. */
  private async listening(): Promise<string> {
    const deadline = Date.now() + LISTENING_WITHIN_MS;
    while (!this.ended) {
      const address = /^Listening on (http:\S+)/m.exec(this.output);
      if (address) return address[1];
      if (Date.now() > deadline)
        throw new Error(`it did not listen within ${LISTENING_WITHIN_MS / 1000} s: ${this.lastLines(3).join(' ')}`);
      await sleep(50);
    }
    await sleep(50); // its last words may still be in the pipe
    throw new Error(this.lastLines(1)[0] || `it ended with code ${this.child.exitCode} and said nothing`);
  }
}
