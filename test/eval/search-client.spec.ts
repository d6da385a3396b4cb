import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { evaluate } from '../../scripts/eval/evaluate.js';
import { SearchClient } from '../../scripts/eval/search-client.js';
import { HttpClient } from '../../scripts/http-client.js';

interface Asked {
  query: string;
  mode: string;
  top_k: number;
  filter?: object;
  group_by_document: boolean;
}

/** A service that has the modes that it is told to have, and finds one document. */
class Service {
  readonly asked: Asked[] = [];
  private server: Server;

  constructor(private readonly modes: string[]) {}

  async start(): Promise<HttpClient> {
    this.server = createServer((request, response) => {
      void request.toArray().then((pieces) => {
        const body = JSON.parse(Buffer.concat(pieces as Buffer[]).toString()) as Asked;
        this.asked.push(body);
        const problem = this.problemOf(body);
        response.writeHead(problem ? 400 : 200, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(problem ? { code: problem, detail: 'No.' } : answer));
      });
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return new HttpClient(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private problemOf({ mode, query }: Asked): string | null {
    if (query === 'refused') return 'VALIDATION_FAILED';
    return this.modes.includes(mode) ? null : 'MODE_NOT_AVAILABLE';
  }
}

const answer = {
  hits: [{ score: 0.5, document: { id: 1, filename: 'a.md', metadata: {} }, chunk: { page_start: 1, page_end: 1 } }],
  took_ms: { embedding: 2, total: 5 },
};
const questions = ['one', 'two'].map((id) => ({ id, text: id, grades: new Map([['a.md', 1]]), page: null, kind: null }));

describe('asking an instance', () => {
  let service: Service;
  const start = (modes: string[]): Promise<HttpClient> => (service = new Service(modes)).start();
  afterEach(() => service.stop());

  it('takes one hit a document where documents count', async () => {
    const client = new SearchClient(await start(['vector']), { owner_id: 'mine' }, true);
    expect(await client.ask('one', 'vector')).toEqual(answer);
    expect(service.asked).toEqual([{ query: 'one', mode: 'vector', top_k: 100, filter: { owner_id: 'mine' }, group_by_document: true }]);
  });

  it('takes passages where they count', async () => {
    const client = new SearchClient(await start(['vector']), null, false);
    expect(await client.ask('one', 'vector')).toEqual(answer);
    expect(service.asked).toEqual([{ query: 'one', mode: 'vector', top_k: 100, group_by_document: false }]);
  });

  it('tells a mode that is not there from a question that is refused', async () => {
    const client = new SearchClient(await start(['vector']), null, true);
    expect(await client.ask('one', 'hybrid')).toBeNull();
    await expect(client.ask('refused', 'vector')).rejects.toThrow('answered 400 VALIDATION_FAILED: No.');
  });

  it('asks each question in every mode, and one that is refused no second time', async () => {
    const client = new SearchClient(await start(['vector', 'hybrid']), null, false);
    const done: number[] = [];
    const { results, refused } = await evaluate(client, questions, {
      modes: ['vector', 'keyword', 'hybrid'],
      keyOf: ({ document }) => document.filename,
      signal: new AbortController().signal,
      onProgress: (count) => done.push(count),
    });
    expect(refused).toEqual(['keyword']);
    expect(service.asked.map(({ query, mode }) => `${query} ${mode}`)).toEqual([
      'one vector',
      'one keyword',
      'one hybrid',
      'two vector',
      'two hybrid',
    ]);
    expect(results.map(({ id, embedding_ms, modes }) => [id, embedding_ms, Object.keys(modes), modes.hybrid?.search_ms])).toEqual([
      ['one', 2, ['vector', 'hybrid'], 3],
      ['two', 2, ['vector', 'hybrid'], 3],
    ]);
    expect(done).toEqual([1, 2]);
  });
});
