import { fork, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadProgress, ReadResult } from './document-reader.js';
import { crashed, fromChild, outOfMemory, timedOut } from './reading-failures.js';
import type { ReadMessage, ReadReply } from './reading.messages.js';
import { residentBytes } from './resident-memory.js';

export interface ReadingLimits {
  timeoutMs: number;
  memoryBytesMax: number;
}

const entry = fileURLToPath(new URL('./reading-process.js', import.meta.url));
const mebibyte = 1024 * 1024;
const memoryCheckMs = 50;
const startTimeoutMs = 60_000;
const documentsMax = 200;
const errorOutputCharactersMax = 16_384;

interface Reading {
  onProgress: (progress: ReadProgress) => void;
  resolve: (result: ReadResult) => void;
  reject: (reason: unknown) => void;
}

/** One reading process, from its start to its end: one document at a time, none after it was killed. */
export class ReadingChild {
  /** Resolves when the process and its temporary folder are gone. */
  readonly ended: Promise<void>;
  private readonly process: ChildProcess;
  private readonly started: Promise<void>;
  private reading: Reading | null = null;
  private killedFor: { reason: unknown } | null = null;
  /** How it ended; null while it lives. */
  private ending: string | null = null;
  private errorOutput = '';
  private documents = 0;

  /** @param folder where its temporary folder is made */
  static async start(folder: string, limits: ReadingLimits): Promise<ReadingChild> {
    await mkdir(folder, { recursive: true });
    const temporary = await mkdtemp(join(folder, 'reading-'));
    return new ReadingChild(temporary, limits);
  }

  private constructor(
    temporary: string,
    private readonly limits: ReadingLimits,
  ) {
    this.process = fork(entry, [], {
      cwd: temporary,
      // No variable of the server's own, which may hold secrets, reaches what parses strangers' files.
      env: { TMPDIR: temporary, LANG: 'C.UTF-8', TZ: 'UTC' },
      execArgv: [`--max-old-space-size=${Math.ceil(limits.memoryBytesMax / mebibyte)}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errorOutput = (this.errorOutput + text).slice(-errorOutputCharactersMax);
    });
    this.process.on('error', () => undefined); // its end tells the same
    this.started = new Promise((resolve) => this.process.on('message', (reply: ReadReply) => this.onReply(reply, resolve)));
    this.ended = this.untilEnd(temporary);
  }

  /** False when the next document should get a new process: this one has died, has read many, or holds on to much memory. */
  get isFit(): boolean {
    if (this.ending || this.killedFor || this.documents >= documentsMax) return false;
    return (residentBytes(this.process.pid ?? 0) ?? 0) < this.limits.memoryBytesMax / 2;
  }

  /** Rejects with an ExtractionError, or with what `kill` was given. */
  async read(message: ReadMessage, onProgress: (progress: ReadProgress) => void): Promise<ReadResult> {
    this.documents++;
    const result = new Promise<ReadResult>((resolve, reject) => (this.reading = { onProgress, resolve, reject }));
    result.catch(() => undefined); // it may fail before it is awaited
    const startDeadline = setTimeout(() => this.kill(crashed('did not start in time', this.errorOutput)), startTimeoutMs);
    await Promise.race([this.started, this.ended]);
    clearTimeout(startDeadline);
    if (this.ending) throw this.reasonOfEnd();
    if (this.killedFor) return result;
    const deadline = setTimeout(() => this.kill(timedOut(this.limits.timeoutMs)), this.limits.timeoutMs);
    const watchdog = setInterval(() => this.checkMemory(), memoryCheckMs);
    this.process.send(message, (error) => error && this.kill(crashed('took no message', error.message)));
    try {
      return await result;
    } finally {
      clearTimeout(deadline);
      clearInterval(watchdog);
    }
  }

  /** Ends the process whatever it is doing; a document that it was reading fails with `reason`. The first reason counts. */
  kill(reason: unknown): void {
    this.killedFor ??= { reason };
    this.process.kill('SIGKILL');
  }

  private checkMemory(): void {
    const bytes = residentBytes(this.process.pid ?? 0);
    if (bytes !== null && bytes > this.limits.memoryBytesMax) this.kill(outOfMemory(this.limits.memoryBytesMax));
  }

  private onReply(reply: ReadReply, onReady: () => void): void {
    if (reply.kind === 'ready') return onReady();
    if (this.killedFor || !this.reading) return;
    if (reply.kind === 'progress') return this.reading.onProgress(reply.progress);
    const { resolve, reject } = this.reading;
    this.reading = null;
    if (reply.kind === 'done') resolve(reply.result);
    else reject(fromChild(reply.code, reply.detail, this.limits));
  }

  private async untilEnd(temporary: string): Promise<void> {
    this.ending = await this.howItEnds();
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined); // `tmp/` is emptied at the next start
    this.reading?.reject(this.reasonOfEnd());
    this.reading = null;
  }

  private howItEnds(): Promise<string> {
    if (this.process.pid === undefined) return Promise.resolve('could not be started');
    return new Promise((resolve) => this.process.once('close', (code, signal) => resolve(`ended with ${signal ?? `code ${code}`}`)));
  }

  private reasonOfEnd(): unknown {
    if (this.killedFor) return this.killedFor.reason;
    if (/heap out of memory|allocation failed/i.test(this.errorOutput)) return outOfMemory(this.limits.memoryBytesMax);
    return crashed(this.ending ?? 'ended', this.errorOutput);
  }
}
