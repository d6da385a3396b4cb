import { setTimeout as sleep } from 'node:timers/promises';
import { requestJson } from './http-json.js';

/** What a client knows of a document: the values that it may show, oldest acknowledged first. */
export interface KnownDocument {
  id: number;
  /** Words that stand in this document alone. */
  words: string;
  titles: string[];
  owners: (string | null)[];
  /** `asked`: the delete was sent and not answered. */
  deletion: 'none' | 'asked' | 'acknowledged';
}

/**
 * Clients that upload, patch, delete and search until told to stop, and remember what they were told. It lives outside of the
 * server's process: what it remembers is what the server promised.
 */
export class LoadClient {
  readonly documents: KnownDocument[] = [];
  readonly violations: string[] = [];
  private readonly acknowledgedDeletes = new Set<number>();
  private serial = 0;
  private running = false;

  constructor(private readonly random: () => number) {}

  /** Runs `clients` clients at once; returns when all have stopped, which they also do when the server is gone. */
  async run(baseUrl: string, clients: number): Promise<void> {
    this.running = true;
    await Promise.all(Array.from({ length: clients }, () => this.client(baseUrl)));
  }

  stop(): void {
    this.running = false;
  }

  private async client(baseUrl: string): Promise<void> {
    while (this.running) {
      try {
        await this.step(baseUrl);
      } catch (error) {
        if ((error as Error).message !== 'fetch failed') throw error; // else the server is gone
        return;
      }
      await sleep(this.random() * 20);
    }
  }

  private step(baseUrl: string): Promise<void> {
    const dice = this.random();
    const living = this.documents.filter(({ deletion }) => deletion === 'none');
    if (dice < 0.4 || living.length < 5) return this.upload(baseUrl);
    const document = living[Math.floor(this.random() * living.length)];
    if (dice < 0.55) return this.remove(baseUrl, document);
    if (dice < 0.65) return this.retitle(baseUrl, document);
    if (dice < 0.75) return this.giveAway(baseUrl, document);
    return this.search(baseUrl);
  }

  private async upload(baseUrl: string): Promise<void> {
    const words = `codeword${(this.serial++).toString(36)}x${Math.floor(this.random() * 1e9).toString(36)}`;
    const title = `Note ${words}`;
    const text = Array.from({ length: 1 + Math.floor(this.random() * 3) }, (_, n) =>
      `# Part ${n}\n\nThe ${words} is described in part ${n}. `.repeat(4),
    ).join('\n\n');
    const { status, body } = await requestJson(baseUrl, 'POST', '/documents/text', { title, text, mime_type: 'text/markdown' });
    if (status === 202) this.documents.push({ id: body.id, words, titles: [title], owners: [null], deletion: 'none' });
    else this.violations.push(`an upload answered ${status} ${JSON.stringify(body)}`);
  }

  private async remove(baseUrl: string, document: KnownDocument): Promise<void> {
    document.deletion = 'asked';
    const { status } = await requestJson(baseUrl, 'DELETE', `/documents/${document.id}`);
    if (status !== 200) this.violations.push(`the delete of ${document.id} answered ${status}`);
    document.deletion = 'acknowledged';
    this.acknowledgedDeletes.add(document.id);
  }

  private retitle(baseUrl: string, document: KnownDocument): Promise<void> {
    const title = `Note ${document.words} ${this.serial++}`;
    return this.patch(baseUrl, document, { title }, document.titles, title);
  }

  private giveAway(baseUrl: string, document: KnownDocument): Promise<void> {
    const owner = `owner ${this.serial++}`;
    return this.patch(baseUrl, document, { owner_id: owner }, document.owners, owner);
  }

  /** What was asked may show; once it is acknowledged nothing older may. One patch of a kind at a time for each document. */
  private async patch<T>(baseUrl: string, { id }: KnownDocument, change: object, values: T[], value: T): Promise<void> {
    if (values.length > 1) return;
    values.push(value);
    const { status } = await requestJson(baseUrl, 'PATCH', `/documents/${id}`, change);
    if (status === 200) values.splice(0, values.length - 1);
    else if (status === 404) values.pop();
    else this.violations.push(`a patch of ${id} answered ${status}`);
  }

  private async search(baseUrl: string): Promise<void> {
    const dead = new Set(this.acknowledgedDeletes);
    const { body } = await requestJson(baseUrl, 'POST', '/search', { query: 'where is it described', top_k: 100 });
    const hits = (body as unknown as { hits?: { document: { id: number } }[] }).hits ?? [];
    for (const { document } of hits) if (dead.has(document.id)) this.violations.push(`${document.id} was found after its delete`);
  }
}
