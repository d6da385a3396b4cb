import { setTimeout as sleep } from 'node:timers/promises';
import { requestJson } from './http-json.js';
import { scatteredVectors } from './scattered-vectors.js';

const DIMENSION = 384;
const CHUNKS = 100;
const LINES_AT_ONCE = 20;

interface ImportAnswer {
  document_id?: number;
  error?: { code: string; status: number };
}

/** A client that imports documents with their vectors, and remembers what it was told. It lives outside of the server's process. */
export class ImportClient {
  /** Ids by the word that stands in that document alone. */
  readonly acknowledged = new Map<string, number>();
  readonly refusals = new Set<string>();
  private serial = 0;

  /** Until a document is refused for want of room, or the server is gone. */
  async fill(baseUrl: string): Promise<void> {
    while (!(await this.importSome(baseUrl, LINES_AT_ONCE)));
  }

  /** True when the disk is full, or the server gone. */
  async importSome(baseUrl: string, documents: number, chunks = CHUNKS): Promise<boolean> {
    const words = Array.from({ length: documents }, () => `imported${(this.serial++).toString(36)}word`);
    const body = words.map((word) => `${JSON.stringify(lineOf(word, chunks))}\n`).join('');
    try {
      const response = await fetch(`${baseUrl}/import`, { method: 'POST', headers: { 'Content-Type': 'application/x-ndjson' }, body });
      let text = '';
      for await (const piece of response.body!) {
        text += Buffer.from(piece as Uint8Array).toString();
        text = this.note(words, text);
      }
    } catch (error) {
      if ((error as Error).name !== 'TypeError') throw error; // else fetch's way to say that the server is gone
      return true;
    }
    return this.refusals.has('507 STORAGE_FULL');
  }

  /** Takes whole lines from the text, and returns the rest. */
  private note(words: readonly string[], text: string): string {
    const lines = text.split('\n');
    for (const line of lines.slice(0, -1)) {
      const answer = JSON.parse(line) as ImportAnswer & { line?: number };
      if (answer.error) this.refusals.add(`${answer.error.status} ${answer.error.code}`);
      else if (answer.document_id !== undefined) this.acknowledged.set(words[answer.line! - 1], answer.document_id);
    }
    return lines.at(-1)!;
  }

  /** What is lost, or not whole, of what was acknowledged. */
  async missing(baseUrl: string, chunks = CHUNKS): Promise<string[]> {
    const missing: string[] = [];
    for (const [word, id] of this.acknowledged) {
      const { status, body } = await requestJson(baseUrl, 'GET', `/documents/${id}`);
      if (status !== 200 || body.title !== (`Title ${word}` as never) || body.chunk_count !== (chunks as never)) missing.push(word);
    }
    return missing;
  }

  /** A document of this run that is deleted is no longer expected. */
  async deleteOne(baseUrl: string): Promise<number> {
    const [word, id] = [...this.acknowledged][0];
    const { status } = await requestJson(baseUrl, 'DELETE', `/documents/${id}`);
    if (status === 200) this.acknowledged.delete(word);
    return status;
  }
}

function lineOf(word: string, chunks: number) {
  const vectors = scatteredVectors(chunks, DIMENSION);
  return {
    title: `Title ${word}`,
    chunks: Array.from({ length: chunks }, (_, n) => {
      const floats = vectors.subarray(n * DIMENSION, (n + 1) * DIMENSION);
      return {
        text: `Passage ${n} of ${word}. `.repeat(8),
        vector: Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength).toString('base64'),
      };
    }),
  };
}

/** Asks until it holds; rejects when it does not within a minute. */
export async function eventually<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  for (const deadline = Date.now() + 60_000; ; await sleep(100)) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`it stays at ${JSON.stringify(answer)}`);
  }
}
