import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const main = join(import.meta.dirname, '../../src/main.js');

/** The service as its own process, to be ended as harshly as a test wants. */
export class ServerProcess {
  baseUrl = '';
  output = '';
  errors = '';

  private constructor(readonly child: ChildProcess) {
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.errors = (this.errors + text).slice(-20_000)));
  }

  /** Resolves when it listens; rejects with its last line when it ends before. */
  static async start(settings: Record<string, string>): Promise<ServerProcess> {
    const server = ServerProcess.spawn(settings);
    for (;;) {
      const address = /^Listening on (\S+)/m.exec(server.output);
      if (address) {
        server.baseUrl = address[1];
        return server;
      }
      if (server.hasEnded) throw new Error(server.lastLine);
      await sleep(20);
    }
  }

  /** Without waiting for anything. */
  static spawn(settings: Record<string, string>): ServerProcess {
    const env = { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'warn', ...settings };
    return new ServerProcess(spawn(process.execPath, ['--enable-source-maps', main], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  get lastLine(): string {
    return this.errors.trim().split('\n').at(-1) ?? '';
  }

  /** Its exit code; null when a signal ended it. */
  async ended(): Promise<number | null> {
    if (!this.hasEnded) await once(this.child, 'close');
    return this.child.exitCode;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended();
  }

  stop(): Promise<number | null> {
    if (!this.hasEnded) this.child.kill('SIGTERM');
    return this.ended();
  }
}
