import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bombPdf, linesPage, pdfOf } from '../../support/pdf-files.js';
import { openReader, type OpenReader } from './open-reader.js';
import { environmentOf, isAlive, nicenessOf, processesIn, until } from './reading-processes.js';

const mebibyte = 1024 * 1024;
const good = pdfOf([linesPage('Read after the failure.')]);
/** White space that takes ten seconds and more to read. */
const slow = bombPdf(400 * mebibyte);

/** They look at processes through /proc. */
const describeOnLinux = existsSync('/proc/self/status') ? describe : describe.skip;

describeOnLinux('the document reader, when a document turns on it', () => {
  let files: OpenReader;
  const open = (limits?: Parameters<typeof openReader>[0]): OpenReader => (files = openReader(limits));
  const readingProcess = (): number => processesIn(`${files.folder}/tmp`)[0];
  const expectNextIsRead = async (): Promise<void> => {
    expect((await files.readPdf(good)).readable.text).toBe('Read after the failure.');
  };
  afterEach(() => files.close());

  it('stops one that takes all memory', async () => {
    open({ memoryBytesMax: 400 * mebibyte });
    expect(await files.failureOf(bombPdf(8192 * mebibyte))).toMatchObject({
      code: 'EXTRACTION_MEMORY',
      status: 422,
      detail: expect.stringContaining('more than 400 MiB') as string,
    });
    await expectNextIsRead();
  });

  it('stops one that takes too long', async () => {
    open({ timeoutMs: 3000, memoryBytesMax: 4096 * mebibyte });
    expect(await files.failureOf(slow)).toMatchObject({ code: 'EXTRACTION_TIMEOUT', status: 422 });
    await expectNextIsRead();
  });

  it('does not count the time that a document waits for its turn', async () => {
    open({ timeoutMs: 3000, memoryBytesMax: 4096 * mebibyte });
    const failures = [files.failureOf(slow), files.failureOf(slow)];
    const waiting = files.readPdf(good);
    for (const failure of await Promise.all(failures)) expect(failure).toMatchObject({ code: 'EXTRACTION_TIMEOUT' });
    expect((await waiting).readable.text).toBe('Read after the failure.');
  });

  it('fails one document when its process crashes, and reads the next in a new one', async () => {
    open({ memoryBytesMax: 4096 * mebibyte });
    const reading = files.failureOf(slow);
    await until(() => readingProcess() > 0);
    const crashed = readingProcess();
    process.kill(crashed, 'SIGSEGV');
    expect(await reading).toMatchObject({ code: 'EXTRACTION_CRASHED', detail: expect.stringContaining('SIGSEGV') as string });
    await expectNextIsRead();
    expect(readingProcess()).not.toBe(crashed);
  });

  it('starts a new process when the idle one has died', async () => {
    open();
    await expectNextIsRead();
    const idle = readingProcess();
    process.kill(idle, 'SIGKILL');
    await until(() => files.temporaryFiles().length === 0);
    await expectNextIsRead();
    expect(isAlive(idle)).toBe(false);
  });

  it('calls a document off in the middle of its parsing', async () => {
    open({ memoryBytesMax: 4096 * mebibyte });
    await expectNextIsRead();
    const child = readingProcess();
    const abort = new AbortController();
    const reading = files.read(slow, {}, { signal: abort.signal });
    const reason = new Error('deleted meanwhile');
    setTimeout(() => abort.abort(reason), 300);
    await expect(reading).rejects.toBe(reason);
    expect(isAlive(child)).toBe(false);
    await expectNextIsRead();
  });

  it('calls off a document that waits without touching the one that is read', async () => {
    open();
    const abort = new AbortController();
    const first = files.readPdf(good);
    const second = files.read(good, {}, { signal: abort.signal });
    abort.abort(new Error('not needed'));
    await expect(second).rejects.toThrow('not needed');
    expect((await first).readable.text).toBe('Read after the failure.');
    await expect(files.read(good, {}, { signal: abort.signal })).rejects.toThrow('not needed');
  });

  it('keeps secrets from the process, and gives it a low priority', async () => {
    process.env.HVS_TEST_SECRET = 'secret';
    try {
      open();
      await expectNextIsRead();
      const names = environmentOf(readingProcess());
      expect(names).toContain('TMPDIR');
      expect(names).not.toContain('HVS_TEST_SECRET');
      expect(names.filter((name) => !/^(TMPDIR|LANG|TZ|NODE_CHANNEL_.*)$/.test(name))).toEqual([]);
      expect(nicenessOf(readingProcess())).toBeGreaterThanOrEqual(10);
    } finally {
      delete process.env.HVS_TEST_SECRET;
    }
  });

  it('ends with its parent, even while it parses', async () => {
    open();
    const parent = fork(fileURLToPath(new URL('./parent-that-dies.js', import.meta.url)), [], { stdio: 'ignore', execArgv: [] });
    const [folder] = (await once(parent, 'message')) as [string];
    try {
      await until(() => processesIn(`${folder}/tmp`).length > 0);
      const [child] = processesIn(`${folder}/tmp`);
      await new Promise((resolve) => setTimeout(resolve, 1500)); // it is well within the file
      expect(isAlive(child)).toBe(true);
      parent.kill('SIGKILL');
      await once(parent, 'exit');
      await until(() => !isAlive(child));
    } finally {
      parent.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
