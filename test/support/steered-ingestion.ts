import { readFileSync } from 'node:fs';
import type { Chunk } from '../../src/chunking/index.js';
import { DocumentReader, type ReadOptions, type ReadRequest, type ReadResult } from '../../src/documents/reading/index.js';
import { Embedder } from '../../src/embedding/index.js';
import { vectorOf } from './store-fixture.js';

/** Reads at once, a word a chunk, and can be told to hang or to fail; for tests of what happens between the parts. */
export class SteeredReader extends DocumentReader {
  /** Texts that were read, in order. */
  readonly read_: string[] = [];
  readonly titles: (string | null)[] = [];
  readonly calledOff: string[] = [];
  private readonly hanging = new Set<string>();
  private readonly failures = new Map<string, Error>();

  hang(text: string): void {
    this.hanging.add(text);
  }

  fail(text: string, error: Error): void {
    this.failures.set(text, error);
  }

  async read({ path, givenTitle }: ReadRequest, { signal, onProgress }: ReadOptions = {}): Promise<ReadResult> {
    const text = readFileSync(path, 'utf8');
    this.read_.push(text);
    this.titles.push(givenTitle);
    onProgress?.({ stage: 'extracting', done: 1, total: 1 });
    const failure = this.failures.get(text);
    if (failure) throw failure;
    if (this.hanging.has(text)) await this.untilCalledOff(text, signal);
    const chunks = wordsOf(text);
    const pages = [{ page: 1, charStart: 0, charEnd: text.length }];
    const title = givenTitle ?? chunks[0]?.text ?? 'nothing';
    return { title, readable: { text, pages, headings: [] }, chunks, pageCount: 1, charCount: text.length, warnings: [] };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private untilCalledOff(text: string, signal: AbortSignal | undefined): Promise<never> {
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => {
        this.calledOff.push(text);
        reject(signal.reason as Error);
      });
    });
  }
}

function wordsOf(text: string): Chunk[] {
  return [...text.matchAll(/\S+/g)].map((match, chunkIndex) => ({
    chunkIndex,
    text: match[0],
    charStart: match.index,
    charEnd: match.index + match[0].length,
    pageStart: 1,
    pageEnd: 1,
    headingPath: [],
    embeddingText: match[0],
  }));
}

/** A vector by the text's length; can be held up and let go text by text. */
export class SteeredEmbedder extends Embedder {
  readonly asked: string[] = [];
  private readonly held: (() => void)[] = [];
  private isHolding = false;

  constructor(readonly dimension: number) {
    super();
  }

  hold(): void {
    this.isHolding = true;
  }

  release(count: number): void {
    for (const answer of this.held.splice(0, count)) answer();
  }

  letGo(): void {
    this.isHolding = false;
    this.release(this.held.length);
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  embedQuery(text: string): Promise<Float32Array> {
    return this.embedText(text);
  }

  embedText(text: string): Promise<Float32Array> {
    this.asked.push(text);
    return new Promise((resolve) => {
      const answer = (): void => resolve(vectorOf(text.length));
      if (this.isHolding) this.held.push(answer);
      else answer();
    });
  }
}
