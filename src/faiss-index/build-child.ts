import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { IndexBuildError } from './faiss-index.errors.js';
import type { BuiltIndex, IndexJob } from './index-builder.port.js';
import type { BuildReply } from './native/build.messages.js';

const entry = fileURLToPath(new URL('./native/build.process.js', import.meta.url));
const errorOutputCharactersMax = 4_096;

/** One building process, from its start to its end: one job. */
export class BuildChild {
  /** Settles when the process is gone, and with it its hold on memory and files. */
  readonly result: Promise<BuiltIndex>;
  private readonly process: ChildProcess;
  private killedFor: { reason: unknown } | null = null;
  private reply: BuildReply | null = null;
  private errorOutput = '';

  constructor(private readonly job: IndexJob) {
    this.process = fork(entry, [], { execArgv: [], serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.errorOutput = (this.errorOutput + text).slice(-errorOutputCharactersMax);
    });
    this.process.on('message', (reply: BuildReply) => (this.reply = reply));
    this.result = this.untilEnd();
    this.process.send(postable(job), () => undefined); // where it does not arrive, the process ends, and that is told
  }

  /** Ends the process whatever it is doing; the result rejects with `reason`. The first reason counts. */
  kill(reason: unknown): void {
    this.killedFor ??= { reason };
    this.process.kill('SIGKILL');
  }

  private async untilEnd(): Promise<BuiltIndex> {
    const ending = await this.howItEnds();
    if (this.killedFor) throw this.killedFor.reason;
    if (this.reply && 'built' in this.reply) return this.reply.built;
    throw new IndexBuildError(this.job.output, this.reply?.failure ?? `the building process ${ending}${this.lastWords()}`);
  }

  private howItEnds(): Promise<string> {
    return new Promise((resolve) => {
      this.process.on('error', (error) => this.process.pid === undefined && resolve(`could not be started: ${error.message}`));
      this.process.once('close', (code, signal) => resolve(`ended with ${signal ?? `code ${code}`}`));
    });
  }

  private lastWords(): string {
    const lines = this.errorOutput.split('\n').filter((line) => line.trim() !== '');
    return lines.length > 0 ? ` (${lines.join(' ').slice(0, 500)})` : '';
  }
}

/** Copies of the bitmaps: shared memory cannot be sent to another process, and of a view only the view is to be sent. */
function postable({ sources, dimension, kind, output }: IndexJob): IndexJob {
  const copied = sources.map(({ path, rows, taken }) => ({ path, rows, ...(taken && { taken: new Uint8Array(taken) }) }));
  return { sources: copied, dimension, kind, output };
}
