import { Test } from '@nestjs/testing';
import { Global, Module } from '@nestjs/common';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { FaissIndex, FaissIndexModule, FaissNotLoadedError, FaissWorkerEndedError, WorkerFaissIndex } from '../../src/faiss-index/index.js';
import { WorkerChannel } from '../../src/faiss-index/worker-channel.js';
import { ProcessStop, StopError } from '../../src/platform/index.js';
import { repositoryRoot } from '../support/repository-root.js';

describe('the FAISS worker', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hvs-faiss-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const script = (source: string): URL => {
    const path = join(folder, 'worker.mjs');
    writeFileSync(path, source);
    return pathToFileURL(path);
  };

  it.each([
    [
      'throws',
      `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { throw new Error('broken'); });`,
      'broken',
    ],
    ['exits', `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(3));`, 'exit code 3'],
  ])('rejects all that waits, and says so once, when its thread %s', async (_how, source, why) => {
    const deaths: Error[] = [];
    const channel = new WorkerChannel((error) => deaths.push(error), script(source));
    const waiting = [channel.request('create', { dimension: 1 }), channel.request('release', { index: 1 })];
    for (const request of waiting) await expect(request).rejects.toThrow(FaissWorkerEndedError);
    await expect(channel.request('create', { dimension: 1 })).rejects.toThrow(why);
    await channel.close();
    expect(deaths.map(({ message }) => message.includes(why))).toEqual([true]);
    expect(deaths[0].message).not.toContain('\n');
  });

  it('stops the start with one line and its cure when the native library is not there', async () => {
    // away from node_modules, so that faiss-node is not found
    cpSync(join(repositoryRoot, 'dist-test/src/faiss-index'), join(folder, 'faiss-index'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const channel = new WorkerChannel(() => undefined, pathToFileURL(join(folder, 'faiss-index/native/faiss.worker.js')));
    const failure = await channel.request('load', {}).catch((error: unknown) => error);
    await channel.close();
    expect(failure).toBeInstanceOf(FaissNotLoadedError);
    expect(failure).toBeInstanceOf(StopError);
    expect((failure as Error).message).toMatch(/Cannot find module.*npm run setup$/);
  });

  it('serves through its Nest module, tells ProcessStop of its death, and ends with the application', async () => {
    const reasons: Error[] = [];
    @Global()
    @Module({ providers: [{ provide: ProcessStop, useValue: { stop: (reason: Error) => reasons.push(reason) } }], exports: [ProcessStop] })
    class StopModule {}
    const app = await Test.createTestingModule({ imports: [StopModule, FaissIndexModule] }).compile();
    await app.init();
    const faiss = app.get(FaissIndex);
    const index = await faiss.create(2);
    await faiss.add(index, Float32Array.of(1, 2));
    expect(Array.from(await faiss.reconstruct(index, 0, 1))).toEqual([1, 2]);
    await app.close();
    await expect(faiss.create(2)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(reasons).toEqual([]);
  });

  it.each(['await faiss.close();', ''])('lets the process end by itself (%j)', (close) => {
    const door = pathToFileURL(join(repositoryRoot, 'dist-test/src/faiss-index/index.js')).href;
    const source = `import { WorkerFaissIndex } from '${door}';
      const faiss = new WorkerFaissIndex();
      const index = await faiss.create(2);
      await faiss.add(index, Float32Array.of(1, 2));
      ${close}
      console.log('done');`;
    const { status, stdout } = spawnSync(process.execPath, [fileURLToPath(script(source))], { encoding: 'utf8', timeout: 60_000 });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'done\n' });
  });

  it('keeps out of the way of a second one in the same process', async () => {
    const [one, other] = [new WorkerFaissIndex(), new WorkerFaissIndex()];
    const path = join(folder, 'index.faiss');
    for (const faiss of [one, other]) await faiss.write(await faiss.create(3), path);
    // the first thread reads after the second one has loaded the addon
    for (const faiss of [one, other, one]) await faiss.open(path, 0, 3);
    await one.close();
    await other.open(path, 0, 3);
    await other.close();
  });
});
