import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addDocument } from '../support/store-fixture.js';
import { runScript } from '../support/run-script.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';
import { getExport, startTransfer, type TransferApplication } from '../support/transfer-application.js';

describe('npm run import', () => {
  let app: TransferApplication;
  let folder: ReturnType<typeof makeTemporaryFolder>;
  beforeEach(async () => {
    app = await startTransfer();
    folder = makeTemporaryFolder();
  });
  afterEach(async () => {
    await app.stop();
    folder.remove();
  });

  const file = (name: string, text: string): string => {
    const path = join(folder.path, name);
    writeFileSync(path, text);
    return path;
  };
  const run = (...args: string[]): ReturnType<typeof runScript> => runScript('import', { API_KEY: '' }, args);

  it('brings metadata in, keeps its documents, and doubles nothing when it is run again', async () => {
    const rows = [
      { document_id: 4, chunk_index: 1, text: 'four b', title: 'Four' },
      { document_id: 9, chunk_index: 0, text: 'nine a' },
      { document_id: 4, chunk_index: 0, text: 'four a', title: 'Four' },
    ];
    const from = file('metadata.json', JSON.stringify({ metadata: rows }));
    const first = await run('--from', from, '--url', `${app.url}/`, '--owner', 'mine');
    expect(first.output).toContain('holds 3 passages of 2 documents.\n');
    expect(first.output).toMatch(/Imported 2 documents with 3 passages in [\d.]+ s; 0 were there already, 0 failed\.\n$/);
    expect(first.code).toBe(0);
    expect([...app.store.documents()].map(({ title, ownerId, metadata }) => ({ title, ownerId, metadata }))).toEqual([
      { title: 'Four', ownerId: 'mine', metadata: { source_document_id: 4, title: 'Four' } },
      { title: 'Document 9', ownerId: 'mine', metadata: { source_document_id: 9 } },
    ]);
    expect((await app.store.readChunks(1)).map(({ text }) => text)).toEqual(['four a', 'four b']);
    const second = await run('--from', from, '--url', app.url, '--owner', 'mine');
    expect(second.output).toContain('Imported 0 documents with 0 passages');
    expect(second.output).toContain('2 were there already');
    expect(second.code).toBe(0);
  });

  it('brings an export in, as it is or for another owner, and names the lines that fail', async () => {
    await addDocument(app.store, 'a', ['one'], 'mine');
    const { text } = await getExport(app.url, '?vectors=true');
    const again = await run('--from', file('export.ndjson', text), '--url', app.url);
    expect([again.code, again.output]).toEqual([0, expect.stringContaining('1 were there already, 0 failed')]);
    const broken = await run('--from', file('broken.ndjson', `${text}{"title":"b"}\nhm\n`), '--url', app.url, '--owner', 'other');
    expect(broken.output).toMatch(/✗ line 3\n +VALIDATION_FAILED: `chunks` must be an array/);
    expect(broken.output).toMatch(/✗ line 4\n +MALFORMED_JSON/);
    expect(broken.output).toContain('Imported 1 documents with 1 passages');
    expect(broken.code).toBe(1);
    expect([...app.store.documents()].map(({ ownerId }) => ownerId)).toEqual(['mine', 'other']);
  });

  it('says how to start an instance when none answers', async () => {
    const { code, output } = await run('--from', 'a', '--url', 'http://127.0.0.1:9');
    expect(output).toMatch(/No instance answers at http:\/\/127\.0\.0\.1:9 \(.*\)\. Start one .* "npm start"/);
    expect(code).toBe(1);
  });

  it('says what is wrong with a file before anything is sent', async () => {
    const wrong = await run('--from', file('a.json', '[{"document_id":1,"text":"a"},{"document_id":1}]'), '--url', app.url);
    expect([wrong.code, wrong.output]).toEqual([1, expect.stringContaining('a.json has no text in row 2. Nothing was imported.')]);
    expect([...app.store.documents()]).toEqual([]);
  });
});
