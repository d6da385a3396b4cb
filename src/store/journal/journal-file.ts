/**
 * One file of the journal: a header that ties it to its store and to the record before its first, then records.
 *
 *   0  8 bytes  magic "HVSJRNL1"
 *   8  u32      length of the JSON
 *  12  JSON     { version, storeId, dimension, embeddingModel, firstSequence, previousChain }
 *      u32      CRC-32 of all before
 *
 * When a next file has begun, a footer says so: 4 bytes magic "HVJE", u32 chain value of the last record, u32 CRC-32 of both.
 * A file with a footer that nothing follows tells that a file is missing. The footer may be torn, or absent after a crash.
 *
 * The file is put in its place by a rename when its header is whole: a shorter or damaged header is damage, never a crash.
 */
import { crc32 } from 'node:zlib';
import { StopError, type Disk } from '../../platform/index.js';
import { decodeHeader, payloadIsWhole, RECORD_HEADER_BYTES, RECORD_MAGIC, type RecordHeader } from './record-codec.js';

const FILE_MAGIC = Buffer.from('HVSJRNL1', 'latin1');
const FOOTER_MAGIC = Buffer.from('HVJE', 'latin1');
const FILE_VERSION = 1;
const HEADER_BYTES_MAX = 4096;

export interface JournalIdentity {
  storeId: string;
  dimension: number;
  embeddingModel: string;
}

export interface JournalFileHeader extends JournalIdentity {
  version: number;
  firstSequence: number;
  /** Chain value of the record before the first; 0 when there is none. */
  previousChain: number;
}

/** Where a verified record stands in its file. */
export interface RecordPosition {
  header: RecordHeader;
  offset: number;
}

export interface ScannedFile {
  header: JournalFileHeader;
  records: RecordPosition[];
  /** Bytes up to the end of the last whole record. */
  wholeBytes: number;
  /** Bytes in all: more than `wholeBytes` when the tail is torn, or closed. */
  bytes: number;
  /** It ends in a footer: a next file was begun. */
  isClosed: boolean;
}

export async function createJournalFile(disk: Disk, path: string, header: Omit<JournalFileHeader, 'version'>): Promise<void> {
  const json = Buffer.from(JSON.stringify({ version: FILE_VERSION, ...header }), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const crc = Buffer.alloc(4);
  crc.writeUInt32LE(crc32(Buffer.concat([FILE_MAGIC, length, json])));
  await disk.writeDurably(path, [FILE_MAGIC, length, json, crc]);
}

/** The header alone. Throws StopError naming the file when it is damaged. */
export async function readJournalHeader(disk: Disk, path: string): Promise<JournalFileHeader> {
  const file = await disk.openForReading(path);
  try {
    const size = (await disk.size(path)) ?? 0;
    return decodeFileHeader(path, await file.read(0, Math.min(size, HEADER_BYTES_MAX))).header;
  } finally {
    await file.close();
  }
}

/**
 * Reads and verifies a whole file. A tail that is not whole counts as torn only when no record of a later batch follows it:
 * a later batch is written only after the one before it was durable, so one that is there proves damage.
 * Throws StopError naming the file on damage.
 */
export async function scanJournalFile(disk: Disk, path: string): Promise<ScannedFile & { data: Buffer }> {
  const data = await disk.read(path);
  const { header, bytes: headerBytes } = decodeFileHeader(path, data);
  const records: RecordPosition[] = [];
  let offset = headerBytes;
  let sequence = header.firstSequence;
  let previousChain = header.previousChain;
  let isClosed = false;
  while (offset < data.length) {
    isClosed = footerOf(previousChain).equals(data.subarray(offset));
    if (isClosed) break;
    const record = wholeRecordAt(data, offset);
    if (!record || record.sequence !== sequence || record.previousChain !== previousChain) {
      assertTorn(path, data, offset, sequence);
      break;
    }
    records.push({ header: record, offset });
    offset += RECORD_HEADER_BYTES + record.payloadBytes;
    sequence++;
    previousChain = record.chain;
  }
  return { header, records, wholeBytes: offset, bytes: data.length, isClosed, data };
}

export function footerOf(lastChain: number): Buffer {
  const footer = Buffer.alloc(12);
  FOOTER_MAGIC.copy(footer);
  footer.writeUInt32LE(lastChain, 4);
  footer.writeUInt32LE(crc32(footer.subarray(0, 8)), 8);
  return footer;
}

function decodeFileHeader(path: string, data: Buffer): { header: JournalFileHeader; bytes: number } {
  const damaged = (what: string): StopError =>
    new StopError(
      `The journal file ${path} is damaged: ${what}. Nothing was changed. Restore the store folder from a backup, or the file from a copy.`,
    );
  if (data.length < 12 || !data.subarray(0, 8).equals(FILE_MAGIC)) throw damaged('it does not begin as a journal does');
  const jsonEnd = 12 + data.readUInt32LE(8);
  if (jsonEnd + 4 > data.length || crc32(data.subarray(0, jsonEnd)) !== data.readUInt32LE(jsonEnd))
    throw damaged("its header's checksum does not hold");
  const header = JSON.parse(data.toString('utf8', 12, jsonEnd)) as JournalFileHeader;
  if (header.version > FILE_VERSION)
    throw new StopError(
      `The journal file ${path} has format ${header.version}, and this program knows formats up to ${FILE_VERSION}. Nothing was changed. Start the newer program that wrote it.`,
    );
  return { header, bytes: jsonEnd + 4 };
}

function wholeRecordAt(data: Buffer, offset: number): RecordHeader | null {
  const header = decodeHeader(data.subarray(offset, offset + RECORD_HEADER_BYTES));
  if (!header) return null;
  const start = offset + RECORD_HEADER_BYTES;
  return payloadIsWhole(header, data.subarray(start, start + header.payloadBytes)) ? header : null;
}

/** Throws unless what stands from `offset` on, where record `sequence` should, is the rest of one batch that never was durable. */
function assertTorn(path: string, data: Buffer, offset: number, sequence: number): void {
  for (let at = data.indexOf(RECORD_MAGIC, offset); at >= 0; at = data.indexOf(RECORD_MAGIC, at + 1)) {
    const record = wholeRecordAt(data, at);
    if (record && record.sequence - record.positionInBatch > sequence)
      throw new StopError(
        `The journal file ${path} is damaged at byte ${offset}: record ${sequence} does not read, but record ${record.sequence} behind it does. ` +
          'Nothing was changed, and fewer records are never served. Restore the file from a backup.',
      );
  }
}
