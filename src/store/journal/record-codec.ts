/**
 * How a record stands in a journal file. Little-endian:
 *
 *   0  u32  magic "HVR1"
 *   4  u16  format version
 *   6  u16  position in its batch (records that one fsync made durable together)
 *   8  u64  sequence number
 *  16  u32  payload length, bytes
 *  20  u32  chain value of the record before
 *  24  u32  CRC-32 of the payload
 *  28  u32  CRC-32 of bytes 0…27: this record's own chain value, since it covers everything above
 *  32  payload: u32 length of the JSON, the JSON, then the vectors' floats
 */
import { crc32 } from 'node:zlib';
import type { StoredChunk } from '../document.js';
import type { JournalRecord } from '../journal-record.js';

export const RECORD_HEADER_BYTES = 32;
export const RECORD_MAGIC = Buffer.from('HVR1', 'latin1');
const RECORD_VERSION = 1;

/** A record before the journal gave it its place. */
export type RecordBody = JournalRecord extends infer R ? (R extends JournalRecord ? Omit<R, 'sequence' | 'chain'> : never) : never;

export interface RecordPlace {
  sequence: number;
  /** Chain value of the record before. */
  previousChain: number;
  positionInBatch: number;
}

export interface RecordHeader extends RecordPlace {
  payloadBytes: number;
  payloadCrc: number;
  chain: number;
}

/** The record as the pieces to be written, and its chain value. */
export function encodeRecord(body: RecordBody, place: RecordPlace): { pieces: Uint8Array[]; bytes: number; chain: number } {
  const payload = encodePayload(body);
  const payloadBytes = payload.reduce((sum, piece) => sum + piece.length, 0);
  const header = Buffer.alloc(RECORD_HEADER_BYTES);
  RECORD_MAGIC.copy(header);
  header.writeUInt16LE(RECORD_VERSION, 4);
  header.writeUInt16LE(place.positionInBatch, 6);
  header.writeBigUInt64LE(BigInt(place.sequence), 8);
  header.writeUInt32LE(payloadBytes, 16);
  header.writeUInt32LE(place.previousChain, 20);
  header.writeUInt32LE(
    payload.reduce((crc, piece) => crc32(piece, crc), 0),
    24,
  );
  const chain = crc32(header.subarray(0, 28));
  header.writeUInt32LE(chain, 28);
  return { pieces: [header, ...payload], bytes: RECORD_HEADER_BYTES + payloadBytes, chain };
}

/** Null when these 32 bytes are no whole header: wrong magic, or a checksum that does not hold. */
export function decodeHeader(bytes: Buffer): RecordHeader | null {
  if (bytes.length < RECORD_HEADER_BYTES || !bytes.subarray(0, 4).equals(RECORD_MAGIC)) return null;
  const chain = bytes.readUInt32LE(28);
  if (crc32(bytes.subarray(0, 28)) !== chain || bytes.readUInt16LE(4) !== RECORD_VERSION) return null;
  return {
    positionInBatch: bytes.readUInt16LE(6),
    sequence: Number(bytes.readBigUInt64LE(8)),
    payloadBytes: bytes.readUInt32LE(16),
    previousChain: bytes.readUInt32LE(20),
    payloadCrc: bytes.readUInt32LE(24),
    chain,
  };
}

export function payloadIsWhole(header: RecordHeader, payload: Buffer): boolean {
  return payload.length === header.payloadBytes && crc32(payload) === header.payloadCrc;
}

/** @param payload whose checksum was verified */
export function decodeRecord(header: RecordHeader, payload: Buffer): JournalRecord {
  const jsonEnd = 4 + payload.readUInt32LE(0);
  const body = JSON.parse(payload.toString('utf8', 4, jsonEnd)) as JournalRecord;
  const place = { sequence: header.sequence, chain: header.chain };
  if (body.kind !== 'save') return { ...body, ...place };
  const chunks = body.chunks.map((chunk) => ({ ...chunk, headingPath: (chunk as Partial<StoredChunk>).headingPath ?? [] }));
  // a copy of its own, for alignment and so that the journal's buffer can go
  const floats = new Uint8Array(payload.subarray(jsonEnd));
  return { ...body, ...place, chunks, vectors: new Float32Array(floats.buffer) };
}

function encodePayload(body: RecordBody): Uint8Array[] {
  const { vectors, ...rest } = body as RecordBody & { vectors?: Float32Array; chunks?: readonly StoredChunk[] };
  const json = Buffer.from(JSON.stringify(rest), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const pieces: Uint8Array[] = [length, json];
  if (vectors) pieces.push(new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength));
  return pieces;
}
