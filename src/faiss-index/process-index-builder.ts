import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { BuildChild } from './build-child.js';
import { IndexBuildError } from './faiss-index.errors.js';
import { IndexBuilder, type BuiltIndex, type IndexJob } from './index-builder.port.js';

/**
 * Builds each index in a child process of its own, of the lowest priority, one after another: a process that ends gives all of
 * its memory back, and a job that is called off is ended by killing it. See decision 0013.
 */
@Injectable()
export class ProcessIndexBuilder extends IndexBuilder implements OnApplicationShutdown {
  /** Settles with the last job that was asked for. */
  private queue: Promise<void> = Promise.resolve();
  private current: { child: BuildChild; output: string } | null = null;
  private closed = false;

  build(job: IndexJob, signal?: AbortSignal): Promise<BuiltIndex> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(reasonOf(signal));
      // One that waits is called off at once; its turn then comes to nothing.
      const onAbort = (): void => reject(reasonOf(signal));
      signal?.addEventListener('abort', onAbort, { once: true });
      this.queue = this.queue.then(async () => {
        signal?.removeEventListener('abort', onAbort);
        await this.buildNow(job, signal).then(resolve, reject);
      });
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    this.current?.child.kill(stopping(this.current.output));
    await this.queue;
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private async buildNow(job: IndexJob, signal?: AbortSignal): Promise<BuiltIndex> {
    if (this.closed) throw stopping(job.output);
    if (signal?.aborted) throw reasonOf(signal);
    const child = new BuildChild(job);
    const onAbort = (): void => child.kill(reasonOf(signal));
    signal?.addEventListener('abort', onAbort, { once: true });
    this.current = { child, output: job.output };
    try {
      return await child.result;
    } finally {
      this.current = null;
      signal?.removeEventListener('abort', onAbort);
    }
  }
}

const stopping = (output: string): IndexBuildError => new IndexBuildError(output, 'the service is stopping');

function reasonOf(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error(`called off: ${String(signal?.reason)}`);
}
