/**
 * Writes the living rows of neighbouring segments as one, and what their ranges of the journal did to documents: the newest
 * wins. Files are read and written piece by piece, beside the service; the index is built in a process of its own.
 */
import type { IndexBuilder } from '../../faiss-index/index.js';
import { type Disk } from '../../platform/index.js';
import type { StoredDocument } from '../document.js';
import type { FileSeal, SegmentEntry } from './manifest.js';
import { PartFile } from './part-file.js';
import { ROW_BYTES, RowEncoder } from './row-file.js';
import type { RowGroup, SegmentChanges } from './row-group.js';
import { openChunks, pathOf, type WrittenSegment } from './segment-files.js';
import { documentLines } from './document-lines.js';
import { writeDocuments } from './segment-writer.js';

/** Rows read at a time: about half a megabyte of texts. */
const ROWS_PER_PIECE = 512;

export interface MergeInput {
  entry: SegmentEntry;
  group: RowGroup;
  /** Bit r: row r is taken over. */
  taken: Uint8Array;
}

export interface MergeSettings {
  disk: Disk;
  folder: string;
  dimension: number;
  builder: IndexBuilder;
  /** From so many rows on the index is an HNSW graph. */
  hnswVectors: number;
}

/** @param older segments before the first input. The files are durable, and no manifest names them yet, when this resolves. */
export async function mergeSegments(
  settings: MergeSettings,
  name: string,
  inputs: readonly MergeInput[],
  older: readonly RowGroup[],
  signal: AbortSignal,
): Promise<WrittenSegment> {
  const { disk, folder } = settings;
  const rows = await copyRows(settings, name, inputs, signal);
  const { deadDocuments, deadVectors } = deathsToKeep(inputs, older);
  const writtenIds: number[] = [];
  const documents = await writeDocuments(disk, folder, name, {
    documents: newestDocuments(disk, folder, inputs, writtenIds, signal),
    deadDocuments,
    deadVectors,
  });
  const count = rows.vectorIds.length;
  const kind = count >= settings.hnswVectors ? 'hnsw' : 'flat';
  const files: SegmentEntry['files'] = { rows: rows.rows, texts: rows.texts, documents };
  if (count > 0) files.vectors = await buildVectors(settings, name, inputs, kind, signal);
  const firstSequence = Math.min(...inputs.map(({ entry }) => entry.firstSequence));
  const lastSequence = Math.max(...inputs.map(({ entry }) => entry.lastSequence));
  return {
    entry: { name, kind, firstSequence, lastSequence, rows: count, rowBytes: ROW_BYTES, files },
    vectorIds: rows.vectorIds,
    documentIds: rows.documentIds,
    changes: {
      documents: Int32Array.from(writtenIds).sort(),
      deadDocuments: Int32Array.from(deadDocuments),
      deadVectors: Int32Array.from(deadVectors),
    },
  };
}

async function buildVectors(
  { disk, folder, dimension, builder }: MergeSettings,
  name: string,
  inputs: readonly MergeInput[],
  kind: 'flat' | 'hnsw',
  signal: AbortSignal,
): Promise<FileSeal> {
  const path = pathOf(folder, { name }, 'vectors');
  const temporary = `${path}.tmp`;
  const sources = inputs
    .filter(({ entry }) => entry.rows > 0)
    .map(({ entry, taken }) => ({ path: pathOf(folder, entry, 'vectors'), rows: entry.rows, taken }));
  const { bytes, crc32 } = await builder.build({ sources, dimension, kind, output: temporary }, signal);
  await disk.syncFile(temporary);
  const size = await disk.size(temporary);
  if (size !== bytes) throw new Error(`${temporary} has ${size} bytes, and ${bytes} were written`);
  await disk.renameDurably(temporary, path);
  return { bytes, crc32 };
}

async function copyRows(
  { disk, folder, dimension }: MergeSettings,
  name: string,
  inputs: readonly MergeInput[],
  signal: AbortSignal,
): Promise<{ rows: FileSeal; texts: FileSeal; vectorIds: Int32Array; documentIds: Int32Array }> {
  const rows = await PartFile.begin(disk, pathOf(folder, { name }, 'rows'));
  const texts = await PartFile.begin(disk, pathOf(folder, { name }, 'texts'));
  const encoder = new RowEncoder();
  const ids: { vectorIds: number[]; documentIds: number[] } = { vectorIds: [], documentIds: [] };
  try {
    for (const { entry, taken } of inputs) {
      const source = await openChunks(disk, folder, entry, dimension);
      try {
        for (let start = 0; start < entry.rows; start += ROWS_PER_PIECE) {
          signal.throwIfAborted();
          const piece = await source.readEncoded(start, Math.min(ROWS_PER_PIECE, entry.rows - start));
          for (const { row, text } of encoder.copy(piece, (n) => isSet(taken, start + n))) {
            ids.vectorIds.push(row.readInt32LE(0));
            ids.documentIds.push(row.readInt32LE(4));
            await rows.write(row);
            if (text.length > 0) await texts.write(text);
          }
        }
      } finally {
        await source.close();
      }
    }
    const [vectorIds, documentIds] = [Int32Array.from(ids.vectorIds), Int32Array.from(ids.documentIds)];
    return { rows: await rows.finish(), texts: await texts.finish(), vectorIds, documentIds };
  } finally {
    await Promise.all([rows.close(), texts.close()]);
  }
}

const isSet = (bits: Uint8Array, at: number): boolean => (bits[at >> 3] & (1 << (at & 7))) !== 0;

/** A death is forgotten when nothing older holds what died: it then can come back from nowhere. */
function deathsToKeep(inputs: readonly MergeInput[], older: readonly RowGroup[]): { deadDocuments: number[]; deadVectors: number[] } {
  const all = (of: (changes: SegmentChanges) => Int32Array): number[] => inputs.flatMap(({ group }) => [...of(group.changes)]);
  return {
    deadDocuments: all(({ deadDocuments }) => deadDocuments).filter((id) => older.some((group) => group.wroteDocument(id))),
    deadVectors: all(({ deadVectors }) => deadVectors).filter((id) => older.some((group) => group.rowOf(id) >= 0)),
  };
}

/** Lines of the documents as they are at the end of the range, the newest segment first. @param writtenIds filled on the way */
async function* newestDocuments(
  disk: Disk,
  folder: string,
  inputs: readonly MergeInput[],
  writtenIds: number[],
  signal: AbortSignal,
): AsyncGenerator<string> {
  const settled = new Set(inputs.flatMap(({ group }) => [...group.changes.deadDocuments]));
  for (const { entry } of [...inputs].reverse()) {
    for await (const line of documentLines(disk, pathOf(folder, entry, 'documents'))) {
      signal.throwIfAborted();
      const { id } = JSON.parse(line) as StoredDocument;
      if (settled.has(id)) continue;
      settled.add(id);
      writtenIds.push(id);
      yield line;
    }
  }
}
