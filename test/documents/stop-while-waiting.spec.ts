import { setTimeout as sleep } from 'node:timers/promises';
import { startApplication } from '../support/application.js';
import { DocumentsClient } from '../support/documents-client.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';

describe('a stop while an upload waits', () => {
  const folder = makeTemporaryFolder();
  afterAll(() => folder.remove());

  it('answers the upload as it stands, and its document is indexed after the next start', async () => {
    const first = await startApplication({ DATA_DIR: folder.path });
    const client = new DocumentsClient(first.url);
    // Enough chunks that it cannot be done before the stop.
    const text = Array.from({ length: 1_500 }, (_, n) => `Sentence ${n} about the X200 and its lamp.`).join(' ');
    const waiting = client.uploadText('Long', text, {}, '?wait=true');
    const inWork = async (): Promise<unknown> => (await client.list('?status=processing')).body.items.length;
    while ((await inWork()) === 0) await sleep(10);
    const stopped = first.stop();
    const answer = await waiting;
    await stopped;
    expect(answer).toMatchObject({ status: 202, body: { title: 'Long' } });

    const second = await startApplication({ DATA_DIR: folder.path });
    try {
      const document = await new DocumentsClient(second.url).settled(answer.body.id);
      expect(document).toMatchObject({ status: 'indexed', sha256: answer.body.sha256 });
      expect(document.chunk_count).toBeGreaterThan(20);
    } finally {
      await second.stop();
    }
  });
});
