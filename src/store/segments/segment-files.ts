/** Opens a verified segment's files, and removes those of one that is no longer named. */
import { join } from 'node:path';
import type { FaissIndex } from '../../faiss-index/index.js';
import type { Disk } from '../../platform/index.js';
import type { StoredDocument } from '../document.js';
import { SEGMENT_PARTS, segmentPartName, type SegmentPart } from '../file-names.js';
import { FileChunks } from './file-chunks.js';
import type { SegmentEntry } from './manifest.js';
import { decodeRowIds, ROW_BYTES_WITHOUT_HEADINGS } from './row-file.js';
import { RowGroup, type SegmentChanges } from './row-group.js';

/** What a segment is opened with. */
export interface SegmentAccess {
  disk: Disk;
  faiss: FaissIndex;
  folder: string;
  dimension: number;
}

/** A segment whose files are durable, with what its rows are. */
export interface WrittenSegment {
  entry: SegmentEntry;
  vectorIds: Int32Array;
  documentIds: Int32Array;
  changes: SegmentChanges;
}

/** Of a segment whose files were verified. Its rows are all live; deaths are the caller's to apply. */
export async function loadSegment(access: SegmentAccess, entry: SegmentEntry): Promise<{ group: RowGroup; documents: StoredDocument[] }> {
  const { disk, folder } = access;
  const ids = decodeRowIds(await disk.read(pathOf(folder, entry, 'rows')), rowBytesOf(entry));
  const { changes, documents } = await readChanges(disk, folder, entry);
  return { group: await openGroup(access, { entry, ...ids, changes }), documents };
}

/** All rows live. */
export async function openGroup({ disk, faiss, folder, dimension }: SegmentAccess, segment: WrittenSegment): Promise<RowGroup> {
  const { entry, vectorIds, documentIds, changes } = segment;
  const source = await openChunks(disk, folder, entry, dimension);
  try {
    const index =
      entry.rows > 0
        ? await faiss.open(pathOf(folder, entry, 'vectors'), entry.rows, dimension, entry.kind)
        : await faiss.create(dimension);
    const group = new RowGroup(entry.name, entry.kind, index, source, Math.max(entry.rows, 1));
    group.append(documentIds, vectorIds);
    group.changes = changes;
    return group;
  } catch (error) {
    await source.close();
    throw error;
  }
}

export function openChunks(disk: Disk, folder: string, entry: SegmentEntry, dimension: number): Promise<FileChunks> {
  const path = (part: SegmentPart): string => pathOf(folder, entry, part);
  return FileChunks.open(
    disk,
    { rows: path('rows'), texts: path('texts'), ...(entry.rows > 0 ? { vectors: path('vectors') } : {}) },
    {
      rows: entry.rows,
      dimension,
      rowBytes: rowBytesOf(entry),
      bytes: segmentBytes(entry),
      vectorBytes: entry.files.vectors?.bytes ?? 0,
    },
  );
}

async function readChanges(
  disk: Disk,
  folder: string,
  entry: SegmentEntry,
): Promise<{ changes: SegmentChanges; documents: StoredDocument[] }> {
  const [first, ...lines] = (await disk.read(pathOf(folder, entry, 'documents'))).toString('utf8').split('\n').filter(Boolean);
  const dead = JSON.parse(first) as { deadDocuments: number[]; deadVectors: number[] };
  const documents = lines.map((line) => JSON.parse(line) as StoredDocument);
  return {
    changes: {
      documents: Int32Array.from(documents, ({ id }) => id).sort(),
      deadDocuments: Int32Array.from(dead.deadDocuments),
      deadVectors: Int32Array.from(dead.deadVectors),
    },
    documents,
  };
}

/** Whatever there is of a segment, finished or not. */
export async function removeSegment(disk: Disk, folder: string, name: string): Promise<void> {
  for (const part of SEGMENT_PARTS)
    for (const path of [join(folder, segmentPartName(name, part)), join(folder, `${segmentPartName(name, part)}.tmp`)])
      if ((await disk.size(path)) !== null) await disk.remove(path);
}

export const pathOf = (folder: string, entry: Pick<SegmentEntry, 'name'>, part: SegmentPart): string =>
  join(folder, segmentPartName(entry.name, part));

export const segmentBytes = (entry: SegmentEntry): number => Object.values(entry.files).reduce((sum, file) => sum + file.bytes, 0);

const rowBytesOf = (entry: SegmentEntry): number => entry.rowBytes ?? ROW_BYTES_WITHOUT_HEADINGS;
