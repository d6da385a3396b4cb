import fc from 'fast-check';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { crc32 } from 'node:zlib';
import {
  flatIndexBytes,
  IndexBuildError,
  ProcessIndexBuilder,
  WorkerFaissIndex,
  type IndexJob,
  type IndexKind,
} from '../../src/faiss-index/index.js';
import { CopyingIndexBuilder } from '../support/copying-index-builder.js';
import { writeFlatIndex } from '../support/flat-index-file.js';
import { repositoryRoot } from '../support/repository-root.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { buildingProcesses, isRunning } from './building-processes.js';
import { clusteredRows } from './clustered-rows.js';
import { bitmapOf, isSet } from './row-bitmaps.js';

const dimension = 8;
const kinds: IndexKind[] = ['flat', 'hnsw'];

describe('an index builder', () => {
  const faiss = new WorkerFaissIndex();
  const builder = new ProcessIndexBuilder();
  const folder = temporaryFolder('builder');
  const output = join(folder, 'output');
  const vectors = clusteredRows(5_000, dimension, 20);
  const [one, other] = [vectors.slice(0, 3_000 * dimension), vectors.slice(3_000 * dimension)];
  const sources = [
    { path: writeFlatIndex(join(folder, 'one'), one, dimension), rows: 3_000 },
    { path: writeFlatIndex(join(folder, 'other'), other, dimension), rows: 2_000 },
  ];
  /** Takes half a minute where nobody ends it. */
  const longJob: IndexJob = {
    sources: Array.from({ length: 40 }, () => ({ path: join(folder, 'long'), rows: 1_000 })),
    ...{ dimension: 256, kind: 'hnsw', output: join(folder, 'long-output') },
  };
  beforeAll(() => writeFlatIndex(join(folder, 'long'), clusteredRows(1_000, 256, 1), 256));
  afterAll(async () => {
    await Promise.all([faiss.close(), builder.close()]);
    expect(buildingProcesses()).toEqual([]);
  });

  it.each(kinds)('builds a %s index of the taken rows, source after source', async (kind) => {
    const taken = bitmapOf(3_000, (row) => row % 3 === 0 || row > 2_990);
    const shared = new Uint8Array(new SharedArrayBuffer(taken.length));
    shared.set(taken);
    const job: IndexJob = { sources: [{ ...sources[0], taken: shared }, sources[1]], dimension, kind, output };
    const built = await builder.build(job);
    const expected = Array.from(one).filter((_, at) => isSet(taken, Math.floor(at / dimension)));
    expected.push(...other);
    expect(built).toEqual({
      rows: expected.length / dimension,
      bytes: statSync(output).size,
      crc32: crc32(readFileSync(output)),
    });
    const index = await faiss.open(output, built.rows, dimension, kind);
    expect(Array.from(await faiss.reconstruct(index, 0, built.rows))).toEqual(expected);
    await faiss.release(index);
  });

  it('takes rows out of a graph, and makes a flat file as FAISS itself does', async () => {
    const graph = join(folder, 'graph');
    await builder.build({ sources, dimension, kind: 'hnsw', output: graph });
    await builder.build({ sources: [{ path: graph, rows: 5_000 }], dimension, kind: 'flat', output });
    const index = await faiss.create(dimension);
    await faiss.add(index, vectors);
    await faiss.write(index, join(folder, 'by-faiss'));
    expect(readFileSync(output).equals(readFileSync(join(folder, 'by-faiss')))).toBe(true);
  });

  it('makes the same flat file as its stand-in, over any bitmaps', async () => {
    const standIn = new CopyingIndexBuilder();
    const bitmap = fc.option(fc.uint8Array({ minLength: 0, maxLength: 400 }), { nil: undefined });
    const property = fc.asyncProperty(fc.array(fc.tuple(fc.nat(1), bitmap), { minLength: 1, maxLength: 3 }), async (picked) => {
      const job: IndexJob = { sources: picked.map(([at, taken]) => ({ ...sources[at], taken })), dimension, kind: 'flat', output };
      const built = await builder.build(job);
      expect(await standIn.build({ ...job, output: `${output}.stand-in` })).toEqual(built);
    });
    await fc.assert(property, { numRuns: 5 });
  });

  it('works at the lowest priority, one job after another', async () => {
    const called = new AbortController();
    const jobs = kinds.map((kind) => builder.build({ sources, dimension, kind, output: `${output}-${kind}` }));
    const long = builder.build(longJob, called.signal);
    long.catch(() => undefined);
    const seen: number[] = [];
    const watch = setInterval(() => seen.push(buildingProcesses().length), 5);
    await Promise.all(jobs);
    await until(() => buildingProcesses().some((pid) => getPriority(pid) === 19));
    clearInterval(watch);
    expect(Math.max(...seen)).toBe(1);
    called.abort(new Error('called off'));
    await expect(long).rejects.toThrow('called off');
  });

  const failing: [string, (kind: IndexKind) => IndexJob, RegExp][] = [
    ['a source is missing', (kind) => ({ sources: [{ path: join(folder, 'no'), rows: 1 }], dimension, kind, output }), /no such file.*no'/],
    [
      'a source has fewer rows',
      (kind) => ({ sources: [{ ...sources[0], rows: 3_001 }], dimension, kind, output }),
      /one does not end in 3001/,
    ],
    ['a source has another dimension', (kind) => ({ sources, dimension: 4, kind, output }), /one does not end in 3000 rows of 4 floats/],
    ['a source is cut', (kind) => ({ sources: [{ path: cutSource(), rows: 3_000 }], dimension, kind, output }), /cut does not end in/],
    ['the folder is missing', (kind) => ({ sources, dimension, kind, output: join(folder, 'gone', 'x') }), /no such file/],
    ['the output is a folder', (kind) => ({ sources, dimension, kind, output: aFolder() }), /directory/],
    ['the disk is full', (kind) => ({ sources, dimension, kind, output: '/dev/full' }), /space|no regular file/],
  ];
  const cutSource = (): string => {
    const path = writeFlatIndex(join(folder, 'cut'), one, dimension);
    truncateSync(path, flatIndexBytes(3_000, dimension) - 1);
    return path;
  };
  const aFolder = (): string => {
    mkdirSync(join(folder, 'a-folder'), { recursive: true });
    return join(folder, 'a-folder');
  };

  it.each(failing)('fails with a clear error when %s', async (_when, job, what) => {
    for (const kind of kinds) {
      const failure: unknown = await builder.build(job(kind)).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(IndexBuildError);
      expect((failure as IndexBuildError).detail).toMatch(what);
    }
  });

  it('fails when its process is killed, and builds the next one', async () => {
    const long = builder.build(longJob);
    long.catch(() => undefined);
    await until(() => buildingProcesses().length === 1);
    process.kill(buildingProcesses()[0], 'SIGKILL');
    await expect(long).rejects.toThrow(IndexBuildError);
    await expect(long).rejects.toThrow('SIGKILL');
    expect((await builder.build({ sources, dimension, kind: 'flat', output })).rows).toBe(5_000);
  });

  it('is called off while it waits and while it builds, with the reason that is given, and leaves no process', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const [building, waiting] = [builder.build(longJob, first.signal), builder.build(longJob, second.signal)];
    building.catch(() => undefined);
    second.abort(new Error('not needed'));
    await expect(waiting).rejects.toThrow('not needed');
    await until(() => buildingProcesses().length === 1);
    first.abort(new Error('no longer'));
    await expect(building).rejects.toThrow('no longer');
    expect(buildingProcesses()).toEqual([]);
    await expect(builder.build(longJob, AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
    expect(existsSync(longJob.output)).toBe(false);
  });

  it('ends what it builds and what waits when it is closed', async () => {
    const closed = new ProcessIndexBuilder();
    const [building, waiting] = [closed.build(longJob), closed.build(longJob)];
    for (const job of [building, waiting]) job.catch(() => undefined);
    await until(() => buildingProcesses().length === 1);
    await Promise.all([closed.close(), closed.close()]);
    expect(buildingProcesses()).toEqual([]);
    for (const job of [building, waiting, closed.build(longJob)]) await expect(job).rejects.toThrow(IndexBuildError);
  });

  it('leaves no process behind when its own is killed', async () => {
    const door = pathToFileURL(join(repositoryRoot, 'dist-test/src/faiss-index/index.js')).href;
    const script = join(folder, 'parent.mjs');
    writeFileSync(
      script,
      `import { ProcessIndexBuilder } from '${door}';
       void new ProcessIndexBuilder().build(${JSON.stringify(longJob)}).catch(() => undefined);`,
    );
    const parent = spawn(process.execPath, [script], { stdio: 'ignore' });
    await until(() => buildingProcesses(parent.pid).length === 1);
    const [orphan] = buildingProcesses(parent.pid);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await until(() => !isRunning(orphan));
  });
});
