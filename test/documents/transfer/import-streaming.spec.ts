import type { FileHandle } from 'node:fs/promises';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Disk } from '../../../src/platform/index.js';
import { vectorOf } from '../../support/store-fixture.js';
import {
  base64Of,
  ndjson,
  postImport,
  startTransfer,
  type AnswerLine,
  type TransferApplication,
} from '../../support/transfer-application.js';
import { until } from '../../support/until.js';

const MEBIBYTE = 1024 * 1024;
const vector = base64Of(vectorOf(1));
const document = (title: string): object => ({ title, chunks: [{ text: title, vector }] });
const unembedded = (title: string): object => ({ title, chunks: [{ text: title }] });

/** An import that is sent bit by bit. */
class SlowImport {
  readonly sending: ClientRequest;
  private answer: IncomingMessage | null = null;
  private received = '';

  constructor(app: TransferApplication) {
    this.sending = request(`${app.url}/import`, { method: 'POST', headers: { 'Content-Type': 'application/x-ndjson' } });
    this.sending.on('error', () => undefined);
    this.sending.on('response', (answer) => (this.answer = answer));
  }

  async send(text: string | Buffer): Promise<void> {
    if (!this.sending.write(text)) await once(this.sending, 'drain');
  }

  /** Begins to read the answer, whose lines are then in `lines`. */
  async read(): Promise<void> {
    await until(() => this.answer !== null);
    this.answer?.setEncoding('utf8').on('data', (text: string) => (this.received += text));
    this.answer?.on('error', () => undefined);
  }

  get lines(): AnswerLine[] {
    const whole = this.received.slice(0, this.received.lastIndexOf('\n') + 1).split('\n');
    return whole.filter((line) => line !== '').map((line) => JSON.parse(line) as AnswerLine);
  }

  async ended(): Promise<AnswerLine> {
    if (this.answer?.readableEnded === false) await once(this.answer, 'end');
    return this.lines.at(-1) as AnswerLine;
  }
}

describe('an import under way', () => {
  let app: TransferApplication;
  let disk: FullDisk;
  beforeEach(async () => {
    disk = new FullDisk();
    app = await startTransfer({ disk });
  });
  afterEach(() => app.stop());

  it('answers each document as soon as it is durable, while the body is still coming', async () => {
    const slow = new SlowImport(app);
    await slow.send(`${ndjson(document('a'))}{"title":"b",`);
    await slow.read();
    await until(() => slow.lines.length === 1);
    expect(slow.lines).toEqual([{ line: 1, document_id: 1, chunk_count: 1, status: 'imported' }]);
    slow.sending.end('"chunks":[{"text":"t"}]}');
    expect(await slow.ended()).toEqual({ imported: 2, failed: 0, duplicates: 0 });
  });

  it('lets documents that need no model overtake those that do', async () => {
    app.embedder.hold();
    const slow = new SlowImport(app);
    slow.sending.end(ndjson(unembedded('slow'), document('quick')));
    await slow.read();
    await until(() => slow.lines.length === 1);
    expect(slow.lines[0].line).toBe(2);
    app.embedder.letGo();
    expect(await slow.ended()).toEqual({ imported: 2, failed: 0, duplicates: 0 });
  });

  it('keeps what was acknowledged when the client leaves, and gives up what was not embedded yet', async () => {
    const slow = new SlowImport(app);
    await slow.send(ndjson(document('a')));
    await slow.read();
    await until(() => slow.lines.length === 1);
    app.embedder.hold();
    await slow.send(`${ndjson(unembedded('b'), unembedded('c'))}${JSON.stringify(document('d'))}`);
    await until(() => app.embedder.asked.length === 1);
    slow.sending.destroy();
    await sleep(50);
    app.embedder.letGo();
    await sleep(50);
    const titles = [...app.store.documents()].map(({ title }) => title);
    expect(titles).toContain('a');
    expect(titles).not.toContain('c');
    expect(titles).not.toContain('d'); // it may have been the beginning of something else
  });

  it('refuses a line of more than 64 MB without holding it, and goes on', async () => {
    const slow = new SlowImport(app);
    await slow.send(ndjson(document('a')));
    await slow.read();
    await slow.send('{"title":"');
    const piece = Buffer.alloc(MEBIBYTE, 'x');
    for (let n = 0; n < 65; n++) await slow.send(piece);
    slow.sending.end(`"}\n${ndjson(document('b'))}`);
    expect(await slow.ended()).toEqual({ imported: 2, failed: 1, duplicates: 0 });
    expect(slow.lines[1]).toMatchObject({ line: 2, error: { code: 'LINE_TOO_LARGE', status: 413 } });
  });

  it('reads no further when the answer is not read', async () => {
    const slow = new SlowImport(app);
    let sent = 0;
    let isStopped = false;
    const sending = (async () => {
      // refused lines have the longest answers
      const line = `{"title":"${'x'.repeat(501)}","chunks":[]}\n`.repeat(100);
      for (; !isStopped; sent += line.length) await slow.send(line);
    })();
    sending.catch(() => undefined);
    for (let before = -1; before < sent; await sleep(300)) before = sent;
    const stoodStillAt = sent;
    await slow.read();
    await until(() => sent > stoodStillAt);
    isStopped = true;
    slow.sending.end();
    const sum = await slow.ended();
    expect(sum.failed).toBe(slow.lines.length - 1);
  });

  it('answers a full disk line by line, and goes on when there is room', async () => {
    const slow = new SlowImport(app);
    await slow.send(ndjson(document('a')));
    await slow.read();
    await until(() => slow.lines.length === 1);
    disk.isFull = true;
    await slow.send(ndjson(document('b')));
    await until(() => slow.lines.length === 2);
    disk.isFull = false;
    slow.sending.end(ndjson(document('c')));
    expect(await slow.ended()).toEqual({ imported: 2, failed: 1, duplicates: 0 });
    expect(slow.lines[1]).toMatchObject({ line: 2, error: { code: 'STORAGE_FULL', status: 507 } });
    expect((await postImport(app.url, ndjson(document('b')))).sum).toMatchObject({ imported: 1 });
  });

  it('ends with a line that says so when the service stops', async () => {
    const slow = new SlowImport(app);
    await slow.send(`${ndjson(document('a'))}{"title":`);
    await slow.read();
    await until(() => slow.lines.length === 1);
    const stopped = app.app.close();
    const sum = await slow.ended();
    expect(slow.lines[1]).toMatchObject({ line: 2, error: { code: 'SHUTTING_DOWN', status: 503 } });
    expect(sum).toEqual({ imported: 1, failed: 1, duplicates: 0 });
    slow.sending.destroy();
    await stopped;
  });
});

class FullDisk extends Disk {
  isFull = false;

  protected override writeAll(file: FileHandle, data: readonly Uint8Array[], position: number): Promise<void> {
    return this.isFull
      ? Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }))
      : super.writeAll(file, data, position);
  }
}
