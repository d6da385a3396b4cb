/** Reads records back from the journal's files, of which the oldest may be trimmed meanwhile. */
import { StopError, type Disk } from '../../platform/index.js';
import type { JournalRecord } from '../journal-record.js';
import { RecordsTrimmedError } from '../store.errors.js';
import { scanJournalFile } from './journal-file.js';
import { decodeHeader, decodeRecord, payloadIsWhole, RECORD_HEADER_BYTES } from './record-codec.js';

export interface JournalFileState {
  path: string;
  firstSequence: number;
  /** Chain value of the record before the first. */
  previousChain: number;
  bytes: number;
  /** Byte offsets of the records; null until an older file is read for the first time. */
  offsets: number[] | null;
}

export interface ReadLimits {
  recordsMax: number;
  bytesMax: number;
}

export class JournalReader {
  /** @param files the journal's own list, oldest first: it grows at the end, and loses files at its beginning */
  constructor(
    private readonly disk: Disk,
    private readonly files: readonly JournalFileState[],
  ) {}

  /** In order, from `afterSequence` + 1 on; at least one when there is one. Rejects with RecordsTrimmedError when they are gone. */
  async read(afterSequence: number, lastSequence: number, limits: ReadLimits): Promise<JournalRecord[]> {
    try {
      if (afterSequence + 1 < this.oldestSequence) throw new RecordsTrimmedError(afterSequence + 1, this.oldestSequence);
      return await this.readHeld(afterSequence, lastSequence, limits);
    } catch (error) {
      // trimmed while it was read
      if (afterSequence + 1 < this.oldestSequence) throw new RecordsTrimmedError(afterSequence + 1, this.oldestSequence);
      throw error;
    }
  }

  private async readHeld(afterSequence: number, lastSequence: number, limits: ReadLimits): Promise<JournalRecord[]> {
    const records: JournalRecord[] = [];
    let bytes = 0;
    for (let sequence = afterSequence + 1; sequence <= lastSequence && records.length < limits.recordsMax;) {
      const { file, from, end } = await this.run(sequence, limits.recordsMax - records.length, limits.bytesMax - bytes);
      if (records.length > 0 && bytes + (end - from) > limits.bytesMax) break;
      const data = await this.readRange(file, from, end);
      for (let at = 0; at < data.length; sequence++) at += this.decodeAt(file, data, at, sequence, records);
      bytes += data.length;
    }
    return records;
  }

  /** Chain value of a record before the newest one; null when it was trimmed. */
  async chainAt(sequence: number): Promise<number | null> {
    if (sequence < this.oldestSequence - 1) return null;
    const next = this.fileOf(sequence + 1);
    if (next.firstSequence === sequence + 1) return next.previousChain;
    try {
      const offset = (await this.offsetsOf(next))[sequence - next.firstSequence];
      const header = decodeHeader(await this.readRange(next, offset, offset + RECORD_HEADER_BYTES));
      if (!header) throw this.damaged(next, sequence);
      return header.chain;
    } catch (error) {
      // trimmed while it was read
      if (sequence < this.oldestSequence - 1) return null;
      throw error;
    }
  }

  private get oldestSequence(): number {
    return this.files[0].firstSequence;
  }

  private fileOf(sequence: number): JournalFileState {
    for (let n = this.files.length - 1; n > 0; n--) if (this.files[n].firstSequence <= sequence) return this.files[n];
    return this.files[0];
  }

  /** The longest run of records from `sequence` on, in one file and within the limits; one record at least. */
  private async run(
    sequence: number,
    recordsMax: number,
    bytesMax: number,
  ): Promise<{ file: JournalFileState; from: number; end: number }> {
    const file = this.fileOf(sequence);
    const offsets = await this.offsetsOf(file);
    const first = sequence - file.firstSequence;
    const from = offsets[first];
    let end = offsets[first + 1] ?? file.bytes;
    for (let n = first + 1; n < offsets.length && n - first < recordsMax; n++) {
      const next = offsets[n + 1] ?? file.bytes;
      if (next - from > bytesMax) break;
      end = next;
    }
    return { file, from, end };
  }

  private async offsetsOf(file: JournalFileState): Promise<number[]> {
    if (file.offsets) return file.offsets;
    const { records, wholeBytes } = await scanJournalFile(this.disk, file.path);
    const last = this.files[this.files.indexOf(file) + 1].firstSequence - 1;
    if (file.firstSequence + records.length - 1 !== last) throw this.damaged(file, file.firstSequence + records.length);
    // until now it was the file's size: a closed file's footer is no part of its last record
    file.bytes = wholeBytes;
    return (file.offsets = records.map(({ offset }) => offset));
  }

  private async readRange(file: JournalFileState, from: number, end: number): Promise<Buffer> {
    const reader = await this.disk.openForReading(file.path);
    try {
      return await reader.read(from, end - from);
    } finally {
      await reader.close();
    }
  }

  private decodeAt(file: JournalFileState, data: Buffer, at: number, sequence: number, into: JournalRecord[]): number {
    const header = decodeHeader(data.subarray(at, at + RECORD_HEADER_BYTES));
    const payload = header && data.subarray(at + RECORD_HEADER_BYTES, at + RECORD_HEADER_BYTES + header.payloadBytes);
    if (!header || !payload || header.sequence !== sequence || !payloadIsWhole(header, payload)) throw this.damaged(file, sequence);
    into.push(decodeRecord(header, payload));
    return RECORD_HEADER_BYTES + header.payloadBytes;
  }

  private damaged(file: JournalFileState, sequence: number): StopError {
    return new StopError(
      `The journal file ${file.path} is damaged: record ${sequence} does not read. Searches are not touched. Restore the file from a backup.`,
    );
  }
}
