import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { type WorkerEmbedder } from '../../src/embedding/index.js';
import { StopError } from '../../src/platform/index.js';
import { modelFolder, realEmbedder } from '../support/real-model.js';

describe('the start of the embedder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'hvs-model-')), 'all-MiniLM-L6-v2');
    await cp(modelFolder, folder, { recursive: true });
  });

  afterEach(() => rm(join(folder, '..'), { recursive: true }));

  async function startFailure(change: object = {}): Promise<Error> {
    const { embedder, stop } = realEmbedder({ modelFolder: folder, ...change });
    const error = await embedder.ready().then(
      () => new Error('it started'),
      (reason: Error) => reason,
    );
    await expect(embedder.embedText('a text')).rejects.toBe(error);
    await embedder.close();
    expect(stop.reasons).toEqual([]);
    expect(error).toBeInstanceOf(StopError);
    expect(error.message).not.toContain('\n');
    return error;
  }

  it('stops at a flipped byte of the model, names the file and the cure', async () => {
    const path = join(folder, 'onnx/model_quantized.onnx');
    const bytes = await readFile(path);
    bytes[10_000_000] ^= 1;
    await writeFile(path, bytes);
    const { message } = await startFailure();
    expect(message).toContain(path);
    expect(message).toContain('git checkout');
  });

  it.each(['tokenizer.json', 'onnx/model_quantized.onnx', 'SHA256SUMS'])('stops when %s is missing and names it', async (file) => {
    await rm(join(folder, file));
    expect((await startFailure()).message).toContain(join(folder, file));
  });

  it('stops when a file has no checksum', async () => {
    const path = join(folder, 'SHA256SUMS');
    await writeFile(path, (await readFile(path, 'utf8')).replace(/^.*tokenizer_config\.json\n/m, ''));
    expect((await startFailure()).message).toContain('tokenizer_config.json');
  });

  it('stops when the model has another dimension than the settings say', async () => {
    expect((await startFailure({ dimension: 768 })).message).toContain('384');
  });
});

describe('the end of the embedder', () => {
  it('turns away what waits, refuses what comes later, and can be closed twice', async () => {
    const { embedder, stop, health } = realEmbedder();
    await embedder.ready();
    const waiting = Array.from({ length: 5 }, (_, i) => embedder.embedText(`waiting text ${i}`));
    const outcomes = Promise.allSettled(waiting);
    await new Promise(setImmediate);
    await Promise.all([embedder.close(), embedder.close()]);
    for (const outcome of await outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'SHUTTING_DOWN', status: 503 });
    }
    expect((await outcomes).at(-1)?.status).toBe('rejected');
    await expect(embedder.embedText('late')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await expect(embedder.embedQuery('late')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await expect(embedder.ready()).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(stop.reasons).toEqual([]);
    expect(health.report().checks.embedding.status).toBe('down');
  });

  it('closes before it was ever started, and while the model is being loaded', async () => {
    await realEmbedder().embedder.close();
    const { embedder, stop } = realEmbedder();
    const ready = embedder.ready().catch((error: unknown) => error);
    const text = embedder.embedText('too early').catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await embedder.close();
    await ready;
    expect(await text).toMatchObject({ code: 'SHUTTING_DOWN' });
    expect(stop.reasons).toEqual([]);
  });

  it('rejects everything that waits and tells the process when the worker dies', async () => {
    const { embedder, stop, health } = realEmbedder();
    await embedder.ready();
    const outcomes = Promise.allSettled(Array.from({ length: 5 }, (_, i) => embedder.embedText(`text ${i}`)));
    await new Promise(setImmediate);
    await workerOf(embedder).terminate();
    expect((await outcomes).at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'EMBEDDING_UNAVAILABLE', status: 503 } });
    await expect(embedder.embedQuery('later')).rejects.toMatchObject({ code: 'EMBEDDING_UNAVAILABLE' });
    expect(stop.reasons).toHaveLength(1);
    expect(stop.reasons[0]).toBeInstanceOf(StopError);
    expect(health.report()).toMatchObject({ status: 'down' });
    await embedder.close();
  });
});

function workerOf(embedder: WorkerEmbedder): Worker {
  return (embedder as unknown as { worker: Worker }).worker;
}
