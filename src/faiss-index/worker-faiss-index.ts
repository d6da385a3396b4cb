import { Injectable, Optional, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { types } from 'node:util';
import type { TransferListItem } from 'node:worker_threads';
import { ProcessStop } from '../platform/index.js';
import { FaissIndex, type IndexHandle, type IndexKind, type SearchPart, type SearchResult } from './faiss-index.port.js';
import {
  checkDimension,
  checkHandle,
  checkKind,
  checkParts,
  checkPath,
  checkQuery,
  checkResults,
  checkRows,
  checkVectors,
} from './request-checks.js';
import { WorkerChannel } from './worker-channel.js';

/**
 * FAISS in a worker thread of its own. Arrays are copied when they are given, so the caller may go on using them; only a
 * bitmap in shared memory is shared. The thread's unexpected end rejects everything that waits and stops the process: the
 * indexes in memory are gone, and a start builds them again.
 */
@Injectable()
export class WorkerFaissIndex extends FaissIndex implements OnModuleInit, OnApplicationShutdown {
  private readonly channel: WorkerChannel;

  /** @param processStop told when the thread dies; without it only the requests reject */
  constructor(@Optional() processStop?: ProcessStop) {
    super();
    this.channel = new WorkerChannel((error) => processStop?.stop(error));
  }

  /** Rejects with a StopError when the native library does not load. */
  async onModuleInit(): Promise<void> {
    await this.channel.request('load', {});
  }

  async create(dimension: number): Promise<IndexHandle> {
    checkDimension(dimension);
    return this.channel.request('create', { dimension });
  }

  async open(path: string, rows: number, dimension: number, kind: IndexKind = 'flat'): Promise<IndexHandle> {
    checkPath(path);
    checkRows('The count of rows', rows);
    checkDimension(dimension);
    checkKind(kind);
    return this.channel.request('open', { path, rows, dimension, kind });
  }

  async add(index: IndexHandle, vectors: Float32Array): Promise<void> {
    checkHandle(index);
    checkVectors(vectors);
    const copy = new Float32Array(vectors);
    await this.channel.request('add', { index, vectors: copy }, [copy.buffer]);
  }

  async search(query: Float32Array, k: number, parts: SearchPart[]): Promise<SearchResult> {
    checkQuery(query);
    checkResults(k);
    checkParts(parts);
    const transfer: TransferListItem[] = [];
    const posted = parts.map(({ index, allowed, exact }) => ({ index, allowed: allowed && postable(allowed, transfer), exact }));
    const copy = new Float32Array(query);
    return this.channel.request('search', { query: copy, k, parts: posted }, [copy.buffer, ...transfer]);
  }

  async write(index: IndexHandle, path: string): Promise<number> {
    checkHandle(index);
    checkPath(path);
    return this.channel.request('write', { index, path });
  }

  async reconstruct(index: IndexHandle, start: number, count: number): Promise<Float32Array> {
    checkHandle(index);
    checkRows('The first row', start);
    checkRows('The count of rows', count);
    return this.channel.request('reconstruct', { index, start, count });
  }

  async release(index: IndexHandle): Promise<void> {
    checkHandle(index);
    await this.channel.request('release', { index });
  }

  /** Answers what was asked before, ends the thread and frees every index. Idempotent; later requests reject. */
  close(): Promise<void> {
    return this.channel.close();
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

/** Shared memory as it is, anything else as a copy to give away: posting a view would copy all of the buffer behind it. */
function postable(bitmap: Uint8Array, transfer: TransferListItem[]): Uint8Array {
  if (types.isSharedArrayBuffer(bitmap.buffer)) return bitmap;
  const copy = new Uint8Array(bitmap);
  transfer.push(copy.buffer);
  return copy;
}
