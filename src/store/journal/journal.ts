/**
 * The append-only journal: the truth that everything else is derived from.
 *
 * Invariants
 * - Sequence numbers have no gaps; each record carries its predecessor's chain value.
 * - `append` returns after the fdatasync: then, and only then, its records exist. A batch that cannot be written is cut off
 *   whole and all of it fails. When the cut or an fsync fails, nobody knows what is on the disk: the process must end
 *   (JournalFailedError); an fsync is never tried again.
 * - A new file begins at each seal, so that what is older can once be dropped as whole files.
 */
import { join } from 'node:path';
import { FileError, StopError, type AppendFile, type Disk } from '../../platform/index.js';
import { throwIfFatal } from '../fatal-errors.js';
import { journalName } from '../file-names.js';
import type { JournalRecord } from '../journal-record.js';
import { StorageFullError, StorageWriteError } from '../store.errors.js';
import { createJournalFile, footerOf, type JournalFileHeader, type JournalIdentity } from './journal-file.js';
import { JournalReader, type JournalFileState, type ReadLimits } from './journal-reader.js';
import { encodeRecord, type RecordBody } from './record-codec.js';

/** The disk did not keep its word about the journal: the process must end. */
export class JournalFailedError extends StopError {
  override name = 'JournalFailedError';
}

export class Journal {
  lastSequence: number;
  lastChain: number;
  private readonly reader: JournalReader;

  private constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    readonly identity: JournalIdentity,
    private readonly files: JournalFileState[],
    private active: AppendFile,
    last: { sequence: number; chain: number },
  ) {
    this.lastSequence = last.sequence;
    this.lastChain = last.chain;
    this.reader = new JournalReader(disk, files);
  }

  /** @param files in order; the last one is whole and goes on to be written */
  static async open(
    disk: Disk,
    folder: string,
    identity: JournalIdentity,
    files: JournalFileState[],
    last: { sequence: number; chain: number },
  ): Promise<Journal> {
    const active = await disk.openForAppend(files[files.length - 1].path);
    return new Journal(disk, folder, identity, files, active, last);
  }

  get fileCount(): number {
    return this.files.length;
  }

  /** Of the oldest record that is still there; the next record's when there is none. */
  get oldestSequence(): number {
    return this.files[0].firstSequence;
  }

  /** Last record of the oldest file, when a later file follows it; else infinite: there is nothing to trim. */
  get firstClosedEnd(): number {
    return this.files.length > 1 ? this.files[1].firstSequence - 1 : Infinity;
  }

  get bytes(): number {
    return this.files.reduce((sum, file) => sum + file.bytes, 0);
  }

  /** Makes the bodies durable, all or none. Rejects with a Problem when nothing was written, JournalFailedError when nobody knows. */
  async append(bodies: readonly RecordBody[]): Promise<JournalRecord[]> {
    const file = this.files[this.files.length - 1];
    const pieces: Uint8Array[] = [];
    const offsets: number[] = [];
    const records: JournalRecord[] = [];
    let [end, chain] = [file.bytes, this.lastChain];
    for (const [positionInBatch, body] of bodies.entries()) {
      const sequence = this.lastSequence + 1 + positionInBatch;
      const encoded = encodeRecord(body, { sequence, previousChain: chain, positionInBatch });
      pieces.push(...encoded.pieces);
      offsets.push(end);
      end += encoded.bytes;
      chain = encoded.chain;
      records.push({ ...body, sequence, chain });
    }
    await this.write(pieces);
    file.bytes = end;
    file.offsets!.push(...offsets);
    this.lastSequence += bodies.length;
    this.lastChain = chain;
    return records;
  }

  /** Begins a new file; what was written so far stands in older ones. */
  async rotate(): Promise<void> {
    // it is new already: a crash came between a rotation and the manifest, and another of the same name would be the same file
    if (this.files[this.files.length - 1].firstSequence === this.lastSequence + 1) return;
    const header = { ...this.identity, firstSequence: this.lastSequence + 1, previousChain: this.lastChain };
    const path = join(this.folder, journalName(header.firstSequence));
    const next = await this.beginFile(path, header);
    await this.closeActive();
    this.active = next;
    this.files.push({
      path,
      firstSequence: header.firstSequence,
      previousChain: header.previousChain,
      bytes: next.size,
      offsets: [],
    });
  }

  /** The footer only makes a missing next file easier to notice: a disk that refuses to write it loses nothing. */
  private async closeActive(): Promise<void> {
    const isWritten = await this.active.append([footerOf(this.lastChain)]).then(
      () => true,
      () => false,
    );
    if (isWritten) await this.active.sync();
    await this.active.close();
  }

  /** A file that was begun and is not used would follow records that it knows nothing of: it must go again. */
  private async beginFile(path: string, header: Omit<JournalFileHeader, 'version'>): Promise<AppendFile> {
    try {
      await createJournalFile(this.disk, path, header);
      return await this.disk.openForAppend(path);
    } catch (error) {
      throwIfFatal(error);
      try {
        await this.disk.remove(path);
        await this.disk.syncFolder(this.folder);
      } catch {
        throw new JournalFailedError(
          `A new journal file could neither be begun nor removed: ${String(error)}. What was acknowledged is safe. Look at the disk, then start again.`,
          {
            cause: error,
          },
        );
      }
      throw error;
    }
  }

  /** Drops whole files whose records are all at most `sequence`, the oldest first; the newest file stays. */
  async trim(sequence: number): Promise<void> {
    while (this.files.length > 1 && this.files[1].firstSequence <= sequence + 1) {
      const [oldest] = this.files.splice(0, 1); // first: a reader must not find it named here and gone there
      try {
        await this.disk.remove(oldest.path);
      } catch (error) {
        this.files.unshift(oldest);
        throw error;
      }
      // one by one: a file that came back while a later one is gone would look like damage
      await this.disk.syncFolder(this.folder);
    }
  }

  /** In order, from `afterSequence` + 1 on; at least one when there is one. Rejects with RecordsTrimmedError when they are gone. */
  read(afterSequence: number, limits: ReadLimits): Promise<JournalRecord[]> {
    return this.reader.read(afterSequence, this.lastSequence, limits);
  }

  /** Chain value of a record; null when the journal does not reach it. */
  async chainAt(sequence: number): Promise<number | null> {
    if (sequence === this.lastSequence) return this.lastChain;
    return sequence > this.lastSequence ? null : this.reader.chainAt(sequence);
  }

  async close(): Promise<void> {
    await this.active.close();
  }

  private async write(pieces: Uint8Array[]): Promise<void> {
    const before = this.active.size;
    try {
      await this.active.append(pieces);
    } catch (error) {
      try {
        await this.active.truncate(before);
        await this.active.sync(); // else a whole record of it could be there after a crash, though its writer was refused
      } catch (cutError) {
        throw new JournalFailedError(
          `A write to the journal failed, and its remains could not be cut off: ${String(cutError)}. What was acknowledged is safe. Look at the disk, then start again.`,
          { cause: error },
        );
      }
      throw error instanceof FileError && error.isOutOfSpace
        ? new StorageFullError(this.active.path, error)
        : new StorageWriteError(this.active.path, error);
    }
    try {
      await this.active.sync();
    } catch (error) {
      throw new JournalFailedError(
        `The disk could not make the journal durable: ${String(error)}. What was acknowledged before is safe. Look at the disk, then start again.`,
        { cause: error },
      );
    }
  }
}
