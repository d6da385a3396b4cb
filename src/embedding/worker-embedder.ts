import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Worker } from 'node:worker_threads';
import { EmbeddingConfig, HealthRegistry, ProcessStop, StopError, type HealthCheck } from '../platform/index.js';
import { Embedder } from './embedder.port.js';
import type { Lane, WorkerReply, WorkerRequest, WorkerSettings } from './embedding-protocol.js';
import {
  EmbedderClosedError,
  EmbeddingFailedError,
  EmbeddingUnavailableError,
  EmptyTextError,
  TextTooLongError,
} from './embedding.errors.js';
import { checkModelFiles } from './model-files.js';
import { QueryCache } from './query-cache.js';

/** Far more than a token has in any language: a query is cut there before it is tokenised, a text refused. */
const CHARS_PER_TOKEN_MAX = 64;
const CLOSE_TIMEOUT_MS = 5_000;

interface Waiting {
  lane: Lane;
  resolve: (vector: Float32Array) => void;
  reject: (reason: Error) => void;
}

/** The embedder: the model in a worker thread, and here what waits for it. */
@Injectable()
export class WorkerEmbedder extends Embedder implements OnModuleInit, OnApplicationShutdown {
  private readonly waiting = new Map<number, Waiting>();
  private readonly cache = new QueryCache();
  private worker: Worker | null = null;
  private workerEnded: Promise<void> = Promise.resolve();
  private loading: Promise<void> | null = null;
  private closed: Promise<void> | null = null;
  private state: 'loading' | 'ready' | 'gone' = 'loading';
  private lastId = 0;
  private embedded = 0;

  constructor(
    private readonly config: EmbeddingConfig,
    private readonly processStop: ProcessStop,
    health: HealthRegistry,
  ) {
    super();
    health.register('embedding', () => this.health());
  }

  /** A model that cannot be used ends the start. */
  onModuleInit(): Promise<void> {
    return this.ready();
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  async ready(): Promise<void> {
    if (this.closed) throw new EmbedderClosedError();
    this.loading ??= this.load();
    await this.loading;
  }

  async embedQuery(text: string): Promise<Float32Array> {
    const query = checked(text).slice(0, this.config.tokensMax * CHARS_PER_TOKEN_MAX);
    if (this.closed) throw new EmbedderClosedError();
    return this.cache.get(query, () => this.embed('query', query));
  }

  async embedText(text: string): Promise<Float32Array> {
    const trimmed = checked(text);
    if (trimmed.length > this.config.tokensMax * CHARS_PER_TOKEN_MAX) {
      throw new TextTooLongError(`${trimmed.length} characters`, this.config.tokensMax);
    }
    return this.embed('text', trimmed);
  }

  /** Turns away what waits, lets the text in work end, frees the model and the thread. Idempotent. */
  close(): Promise<void> {
    this.closed ??= this.end();
    return this.closed;
  }

  private async load(): Promise<void> {
    try {
      await checkModelFiles(this.config.modelFolder);
      if (this.closed) throw new EmbedderClosedError();
      await this.startWorker();
      this.state = 'ready';
    } catch (error) {
      this.state = 'gone';
      throw error;
    }
  }

  /** Resolves when the model is loaded. */
  private startWorker(): Promise<void> {
    const { modelFolder, dimension, tokensMax, threads } = this.config;
    const workerData: WorkerSettings = { modelFolder, dimension, tokensMax, threads };
    const worker = new Worker(new URL('./embedding.worker.js', import.meta.url), { workerData });
    this.worker = worker;
    return new Promise((resolve, reject) => {
      const unusable = (reason: string): void =>
        reject(
          new StopError(`The embedding model in ${modelFolder} cannot be used: ${reason}. Run "npm run setup" and look at the folder.`),
        );
      let cause = 'its thread ended';
      worker.on('message', (message: WorkerReply) => {
        if (message.kind === 'ready') resolve();
        else if (message.kind === 'unusable') unusable(message.reason);
        else this.settle(message);
      });
      worker.on('error', (error: unknown) => (cause = error instanceof Error ? error.message : String(error)));
      this.workerEnded = new Promise((ended) => {
        worker.on('exit', (code) => {
          unusable(`${cause} (code ${code})`);
          this.workerExited(cause, code);
          ended();
        });
      });
    });
  }

  private async embed(lane: Lane, text: string): Promise<Float32Array> {
    await this.ready();
    const worker = this.worker;
    if (this.closed) throw new EmbedderClosedError();
    if (!worker || this.state !== 'ready') throw new EmbeddingUnavailableError('its worker has ended');
    return new Promise((resolve, reject) => {
      const id = ++this.lastId;
      this.waiting.set(id, { lane, resolve, reject });
      worker.postMessage({ kind: lane, id, text } satisfies WorkerRequest);
    });
  }

  private settle(message: Exclude<WorkerReply, { kind: 'ready' | 'unusable' }>): void {
    const waiting = this.waiting.get(message.id);
    if (!waiting) return; // turned away by close()
    this.waiting.delete(message.id);
    if (message.kind === 'vector') {
      this.embedded++;
      waiting.resolve(message.vector);
    } else if (message.kind === 'too-long') waiting.reject(new TextTooLongError(`${message.tokens} tokens`, this.config.tokensMax));
    else waiting.reject(new EmbeddingFailedError(message.reason));
  }

  private workerExited(cause: string, code: number): void {
    const wasReady = this.state === 'ready';
    this.state = 'gone';
    this.worker = null;
    this.turnAway(this.closed ? new EmbedderClosedError() : new EmbeddingUnavailableError(`its worker ended, ${cause}`));
    if (wasReady && !this.closed) {
      this.processStop.stop(
        new StopError(`The embedding worker ended by itself (${cause}, code ${code}). Nothing is lost; start the service again.`),
      );
    }
  }

  private turnAway(reason: Error): void {
    for (const { reject } of this.waiting.values()) reject(reason);
    this.waiting.clear();
  }

  private async end(): Promise<void> {
    this.turnAway(new EmbedderClosedError());
    const worker = this.worker;
    if (worker) {
      const timer = setTimeout(() => void worker.terminate(), CLOSE_TIMEOUT_MS);
      worker.postMessage({ kind: 'close' } satisfies WorkerRequest);
      await this.workerEnded;
      clearTimeout(timer);
    }
    await this.loading?.catch(() => undefined);
  }

  private health(): HealthCheck {
    const lanes = [...this.waiting.values()];
    const queries = lanes.filter(({ lane }) => lane === 'query').length;
    return {
      status: this.state === 'ready' ? 'ok' : 'down',
      ...(this.state === 'ready' ? {} : { detail: this.state === 'loading' ? 'The model is being loaded.' : 'The model is not there.' }),
      model: this.config.model,
      threads: this.config.threads,
      waiting_queries: queries,
      waiting_texts: lanes.length - queries,
      embedded: this.embedded,
      cached_queries_served: this.cache.hits,
    };
  }
}

/** Outer whitespace means nothing to the model, and would make one query two for the cache. */
function checked(text: unknown): string {
  if (typeof text !== 'string') throw new TypeError(`A text to embed is a string, not ${typeof text}`);
  const trimmed = text.trim();
  if (trimmed === '') throw new EmptyTextError();
  return trimmed;
}
