/** Writes a frozen tail as a segment's files, and reads the files of a verified segment back. */
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { FaissIndex } from '../../faiss-index/index.js';
import type { Disk } from '../../platform/index.js';
import type { StoredDocument } from '../document.js';
import { segmentPartName, type SegmentPart } from '../file-names.js';
import type { FrozenTail } from '../store-state.js';
import type { FileSeal, SegmentEntry } from './manifest.js';
import { FileChunks } from './file-chunks.js';
import { decodeRowIds, ROW_BYTES, ROW_BYTES_WITHOUT_HEADINGS, RowEncoder } from './row-file.js';
import { RowGroup } from './row-group.js';

interface SegmentChanges {
  deadDocuments: number[];
  deadVectors: number[];
}

/** Every file is durable when this returns; nothing names them yet. */
export async function writeSegment(
  disk: Disk,
  faiss: FaissIndex,
  folder: string,
  name: string,
  frozen: FrozenTail,
  lastSequence: number,
): Promise<SegmentEntry> {
  const put = async (part: SegmentPart, pieces: Uint8Array[]): Promise<FileSeal> => {
    await disk.writeDurably(join(folder, segmentPartName(name, part)), pieces);
    return sealOf(pieces);
  };
  const { deadDocuments, deadVectors, documents } = frozen;
  const chunks = await frozen.chunks.read(0, frozen.rows);
  const encoder = new RowEncoder();
  const encoded = chunks.map((chunk, row) => encoder.encode(chunk, frozen.group.isLive(row)));
  const changes: SegmentChanges = { deadDocuments, deadVectors };
  const lines = [changes, ...documents].map((line) => `${JSON.stringify(line)}\n`).join('');
  const files: SegmentEntry['files'] = {};
  if (frozen.rows > 0) files.vectors = await writeVectors(disk, faiss, frozen, join(folder, segmentPartName(name, 'vectors')));
  files.rows = await put(
    'rows',
    encoded.map(({ row }) => row),
  );
  files.texts = await put(
    'texts',
    encoded.map(({ text }) => text),
  );
  files.documents = await put('documents', [Buffer.from(lines, 'utf8')]);
  return { name, kind: 'flat', firstSequence: frozen.firstSequence, lastSequence, rows: frozen.rows, rowBytes: ROW_BYTES, files };
}

/** FAISS writes and neither fsyncs nor reports a full disk: under a temporary name first, and read back for the checksum. */
async function writeVectors(disk: Disk, faiss: FaissIndex, frozen: FrozenTail, path: string): Promise<FileSeal> {
  const temporary = `${path}.tmp`;
  await faiss.write(frozen.group.index, temporary);
  await disk.syncFile(temporary);
  const seal = sealOf([await disk.read(temporary)]);
  await disk.renameDurably(temporary, path);
  return seal;
}

const sealOf = (pieces: readonly Uint8Array[]): FileSeal => ({
  bytes: pieces.reduce((sum, piece) => sum + piece.length, 0),
  crc32: pieces.reduce((crc, piece) => crc32(piece, crc), 0),
});

export const segmentBytes = (entry: SegmentEntry): number => Object.values(entry.files).reduce((sum, file) => sum + file.bytes, 0);

export interface LoadedSegment extends SegmentChanges {
  group: RowGroup;
  documents: StoredDocument[];
}

/** Of a segment whose files were verified: all rows live, deaths not yet applied. */
export async function loadSegment(
  disk: Disk,
  faiss: FaissIndex,
  folder: string,
  entry: SegmentEntry,
  dimension: number,
): Promise<LoadedSegment> {
  const path = (part: SegmentPart): string => join(folder, segmentPartName(entry.name, part));
  const { vectorIds, documentIds } = decodeRowIds(await disk.read(path('rows')), rowBytesOf(entry));
  const source = await openChunks(disk, folder, entry);
  const index = entry.rows > 0 ? await faiss.open(path('vectors'), entry.rows, dimension) : await faiss.create(dimension);
  const group = new RowGroup(entry.name, index, source, Math.max(entry.rows, 1));
  group.append(documentIds, vectorIds);
  const [changes, ...documents] = (await disk.read(path('documents')))
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as SegmentChanges & StoredDocument);
  return { group, documents, deadDocuments: changes.deadDocuments, deadVectors: changes.deadVectors };
}

/** The chunk source of a segment that was just written. */
export function openChunks(disk: Disk, folder: string, entry: SegmentEntry): Promise<FileChunks> {
  const path = (part: SegmentPart): string => join(folder, segmentPartName(entry.name, part));
  return FileChunks.open(disk, { rows: path('rows'), texts: path('texts') }, rowBytesOf(entry), segmentBytes(entry));
}

const rowBytesOf = (entry: SegmentEntry): number => entry.rowBytes ?? ROW_BYTES_WITHOUT_HEADINGS;
