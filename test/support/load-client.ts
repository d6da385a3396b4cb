import { setTimeout as sleep } from 'node:timers/promises';
import { requestJson } from './http-json.js';
import { scatteredVectors } from './scattered-vectors.js';

/** What a client knows of a document: the values that it may show, oldest acknowledged first. */
export interface KnownDocument {
  id: number;
  /** Words that stand in this document alone. */
  words: string;
  titles: string[];
  owners: (string | null)[];
  /** Of an import that was never read again; null when the reading decides. */
  chunkCount: number | null;
  /** `asked`: the delete was sent and not answered. */
  deletion: 'none' | 'asked' | 'acknowledged';
}

/** Ways to break a promise, as the table of the kill loop counts them. */
export const BREAKS = [
  'lost',
  'found after its delete',
  'half there',
  'old title or owner',
  'stores disagree',
  'refused',
  'other',
] as const;

export interface Violation {
  kind: (typeof BREAKS)[number];
  what: string;
}

const DIMENSION = 384;
const DOCUMENTS_PER_IMPORT = 6;

/**
 * Clients that upload, import, reindex, patch, delete and search until told to stop, and remember what they were told. It
 * lives outside of the server's process: what it remembers is what the server promised.
 */
export class LoadClient {
  readonly documents: KnownDocument[] = [];
  readonly violations: Violation[] = [];
  private readonly acknowledgedDeletes = new Set<number>();
  private serial = 0;
  private running = false;

  constructor(private readonly random: () => number) {}

  get deletesAcknowledged(): number {
    return this.acknowledgedDeletes.size;
  }

  /** Runs `clients` clients at once; returns when all have stopped, which they also do when the server is gone. */
  async run(baseUrl: string, clients: number): Promise<void> {
    this.running = true;
    await Promise.all(Array.from({ length: clients }, () => this.client(baseUrl)));
  }

  stop(): void {
    this.running = false;
  }

  complain(kind: Violation['kind'], what: string): void {
    this.violations.push({ kind, what });
  }

  private async client(baseUrl: string): Promise<void> {
    while (this.running) {
      try {
        await this.step(baseUrl);
      } catch (error) {
        if (!isServerGone(error as Error)) throw error;
        return;
      }
      await sleep(this.random() * 20);
    }
  }

  private step(baseUrl: string): Promise<void> {
    const dice = this.random();
    const living = this.documents.filter(({ deletion }) => deletion === 'none').slice(-200);
    if (dice < 0.15 || living.length < 5) return this.upload(baseUrl);
    if (dice < 0.35) return this.import(baseUrl);
    const document = living[Math.floor(this.random() * living.length)];
    if (dice < 0.55) return this.remove(baseUrl, document);
    if (dice < 0.62) return this.retitle(baseUrl, document);
    if (dice < 0.72) return this.giveAway(baseUrl, document);
    if (dice < 0.77) return this.reindex(baseUrl, document);
    return this.search(baseUrl);
  }

  private newWords(): string {
    return `codeword${(this.serial++).toString(36)}x${Math.floor(this.random() * 1e9).toString(36)}`;
  }

  private async upload(baseUrl: string): Promise<void> {
    const words = this.newWords();
    const title = `Note ${words}`;
    const text = this.parts(words).join('\n\n');
    const { status, body } = await requestJson(baseUrl, 'POST', '/documents/text', { title, text, mime_type: 'text/markdown' });
    if (status === 202) this.documents.push({ id: body.id, words, titles: [title], owners: [null], chunkCount: null, deletion: 'none' });
    else this.complain('refused', `an upload answered ${status} ${JSON.stringify(body)}`);
  }

  private parts(words: string): string[] {
    return Array.from({ length: 1 + Math.floor(this.random() * 3) }, (_, n) =>
      `# Part ${n}\n\nThe ${words} is described in part ${n}. `.repeat(4),
    );
  }

  /** Each line that is answered is a promise, also when the rest of the answer never comes. */
  private async import(baseUrl: string): Promise<void> {
    const made = Array.from({ length: DOCUMENTS_PER_IMPORT }, () => {
      const words = this.newWords();
      return { words, title: `Note ${words}`, parts: this.parts(words) };
    });
    const lines = made.map(({ title, parts }) => {
      const vectors = Buffer.from(scatteredVectors(parts.length, DIMENSION).buffer);
      const chunks = parts.map((text, n) => ({ text, vector: vectors.toString('base64', n * 4 * DIMENSION, (n + 1) * 4 * DIMENSION) }));
      return JSON.stringify({ title, chunks });
    });
    const headers = { 'Content-Type': 'application/x-ndjson' };
    const response = await fetch(`${baseUrl}/import`, { method: 'POST', headers, body: lines.join('\n') });
    if (response.status !== 200) return this.complain('refused', `an import answered ${response.status} ${await response.text()}`);
    let rest = '';
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      const answers = (rest + piece).split('\n');
      rest = answers.pop()!;
      for (const answer of answers.filter(Boolean)) this.noteImported(answer, made);
    }
  }

  private noteImported(answer: string, made: readonly { words: string; title: string; parts: string[] }[]): void {
    const { line, document_id: id, error } = JSON.parse(answer) as { line?: number; document_id?: number; error?: unknown };
    if (error) this.complain('refused', `an import's line answered ${answer}`);
    if (line === undefined || id === undefined) return;
    const { words, title, parts } = made[line - 1];
    this.documents.push({ id, words, titles: [title], owners: [null], chunkCount: parts.length, deletion: 'none' });
  }

  private async remove(baseUrl: string, document: KnownDocument): Promise<void> {
    document.deletion = 'asked';
    const { status } = await requestJson(baseUrl, 'DELETE', `/documents/${document.id}`);
    if (status !== 200) this.complain('refused', `the delete of ${document.id} answered ${status}`);
    document.deletion = 'acknowledged';
    this.acknowledgedDeletes.add(document.id);
  }

  /** A title that changes queues the document: it is read again, and saved in the place of the old one. */
  private retitle(baseUrl: string, document: KnownDocument): Promise<void> {
    const title = `Note ${document.words} ${this.serial++}`;
    document.chunkCount = null;
    return this.patch(baseUrl, document, { title }, document.titles, title);
  }

  private giveAway(baseUrl: string, document: KnownDocument): Promise<void> {
    const owner = `owner ${this.serial++}`;
    return this.patch(baseUrl, document, { owner_id: owner }, document.owners, owner);
  }

  private async reindex(baseUrl: string, document: KnownDocument): Promise<void> {
    document.chunkCount = null;
    const { status } = await requestJson(baseUrl, 'POST', `/documents/${document.id}/reindex`);
    if (status !== 202 && status !== 404) this.complain('refused', `the reindex of ${document.id} answered ${status}`);
  }

  /** What was asked may show; once it is acknowledged nothing older may. One patch of a kind at a time for each document. */
  private async patch<T>(baseUrl: string, { id }: KnownDocument, change: object, values: T[], value: T): Promise<void> {
    if (values.length > 1) return;
    values.push(value);
    const { status } = await requestJson(baseUrl, 'PATCH', `/documents/${id}`, change);
    if (status === 200) values.splice(0, values.length - 1);
    else if (status === 404) values.pop();
    else this.complain('refused', `a patch of ${id} answered ${status}`);
  }

  private async search(baseUrl: string): Promise<void> {
    const dead = new Set(this.acknowledgedDeletes);
    const owner = this.documents.at(-Math.ceil(this.random() * 50))?.owners.at(-1);
    const filter = this.random() < 0.5 && owner ? { owner_id: owner } : undefined;
    const { body } = await requestJson(baseUrl, 'POST', '/search', { query: 'where is it described', top_k: 100, filter });
    const hits = (body as unknown as { hits?: { document: { id: number } }[] }).hits ?? [];
    for (const { document } of hits) if (dead.has(document.id)) this.complain('found after its delete', `document ${document.id}`);
  }
}

/** `fetch` says so in words of its own, and in others when the answer was under way. */
const isServerGone = ({ message }: Error): boolean => message === 'fetch failed' || message === 'terminated';
