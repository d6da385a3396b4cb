import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { flatIndexHeader } from '../flat-format.js';
import type { BuiltIndex, IndexJob } from '../index-builder.port.js';
import { indexFileFault } from './index-file.js';
import { loadFaiss } from './load-faiss.js';
import { countTaken, takenRows } from './taken-rows.js';

/** 2 × 32 neighbours of a row on the ground level, 32 on each above. */
const graph = 'HNSW32';
/** Measured: decision 0012. */
const efConstruction = 160;
const innerProduct = 0;
const sliceRows = 2_000;
const pieceBytes = 4 * 1024 * 1024;
const fileMode = 0o640;

/** Carries one job out. Throws an Error that says what is wrong; then the output, if it is there, is worthless. */
export async function buildIndex(job: IndexJob): Promise<BuiltIndex> {
  const { sources, dimension, kind, output } = job;
  const rows = sources.reduce((sum, source) => sum + countTaken(source), 0);
  await (kind === 'flat' ? writeFlat(job, rows) : writeGraph(job, rows));
  const fault = indexFileFault(output, rows, dimension, kind);
  if (fault !== undefined) throw new Error(`${output} did not arrive whole: ${fault}; the disk may be full`);
  return { rows, ...checksumOf(output) };
}

async function writeFlat({ sources, dimension, output }: IndexJob, rows: number): Promise<void> {
  const file = openSync(output, 'w', fileMode);
  try {
    writeAll(file, flatIndexHeader(rows, dimension));
    for (const floats of takenRows(sources, dimension, sliceRows)) {
      writeAll(file, floats);
      await nextTurn(); // this process ends between two turns when it is alone
    }
  } finally {
    closeSync(file);
  }
}

async function writeGraph({ sources, dimension, output }: IndexJob, rows: number): Promise<void> {
  const faiss = loadFaiss();
  const index = faiss.Index.fromFactory(dimension, graph, innerProduct);
  index.setEfConstruction(efConstruction);
  index.reserve(rows);
  for (const floats of takenRows(sources, dimension, sliceRows)) {
    index.grow(floats);
    await nextTurn();
  }
  index.finishGraph();
  closeSync(openSync(output, 'w', fileMode)); // FAISS would make it with rights for everyone
  index.write(output);
  index.release();
}

function writeAll(file: number, data: Uint8Array | Float32Array): void {
  for (let done = 0; done < data.byteLength;) done += writeSync(file, data, done, data.byteLength - done);
}

/** Piece by piece: a file may be longer than what can be read at once. */
function checksumOf(path: string): { bytes: number; crc32: number } {
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.allocUnsafe(pieceBytes);
    for (let bytes = 0, crc = 0; ;) {
      const read = readSync(file, piece, 0, piece.length, bytes);
      if (read === 0) return { bytes, crc32: crc };
      crc = crc32(piece.subarray(0, read), crc);
      bytes += read;
    }
  } finally {
    closeSync(file);
  }
}
