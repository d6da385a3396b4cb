import type { IndexHandle, IndexKind, SearchPart, SearchResult } from '../faiss-index.port.js';

/** What the worker can be asked for, and what it answers. Both threads are typed by this one table. */
export interface Operations {
  /** Answered once the native library is there. */
  load: { request: Record<string, never>; reply: undefined };
  create: { request: { dimension: number }; reply: IndexHandle };
  /** Answered when the file is read; what is asked meanwhile is carried out. */
  open: { request: { path: string; rows: number; dimension: number; kind: IndexKind }; reply: IndexHandle };
  add: { request: { index: IndexHandle; vectors: Float32Array }; reply: undefined };
  search: { request: { query: Float32Array; k: number; parts: SearchPart[] }; reply: SearchResult };
  write: { request: { index: IndexHandle; path: string }; reply: number };
  reconstruct: { request: { index: IndexHandle; start: number; count: number }; reply: Float32Array };
  release: { request: { index: IndexHandle }; reply: undefined };
  /** The last request: the thread ends behind it. */
  close: { request: Record<string, never>; reply: undefined };
}

export type OperationName = keyof Operations;

export interface RequestOf<K extends OperationName> {
  id: number;
  kind: K;
  body: Operations[K]['request'];
}

export type Request = { [K in OperationName]: RequestOf<K> }[OperationName];

export type Handlers = {
  [K in OperationName]: (body: Operations[K]['request']) => Operations[K]['reply'] | Promise<Operations[K]['reply']>;
};

/** An error on its way between the threads; a class would lose its type there. */
export type Refusal =
  | { kind: 'invalid'; what: string }
  | { kind: 'file' | 'write'; path: string; what: string }
  | { kind: 'failed'; operation: string; what: string }
  | { kind: 'unloadable'; what: string };

export type Reply = { id: number; result: Operations[OperationName]['reply'] } | { id: number; refusal: Refusal };

/** Thrown in the worker, turned into the error class of faiss-index.errors.ts in the main thread. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.what);
  }
}
