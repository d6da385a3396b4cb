/**
 * Finds the journal's files, verifies those that go beyond the manifest, cuts a torn tail off the last one (a copy is kept in
 * `torn/`), and answers the records to be replayed.
 */
import { Logger } from '@nestjs/common';
import { basename, join } from 'node:path';
import { asideName, FileError, StopError, type Disk } from '../../platform/index.js';
import { journalName, parseJournalName, TORN_FOLDER } from '../file-names.js';
import type { JournalRecord } from '../journal-record.js';
import type { ManifestContent } from '../segments/segment-set.js';
import { readJournalHeader, scanJournalFile, type ScannedFile } from './journal-file.js';
import type { JournalFileState } from './journal-reader.js';
import { Journal } from './journal.js';
import { decodeRecord, RECORD_HEADER_BYTES } from './record-codec.js';

const logger = new Logger('StoreRecovery');

/** Throws StopError naming the file when records that must be there are not. */
export async function recoverJournal(
  disk: Disk,
  folder: string,
  manifest: ManifestContent | null,
): Promise<{ journal: Journal; records: JournalRecord[] }> {
  const held = { sequence: manifest?.sequence ?? 0, chain: manifest?.chain ?? 0 };
  const starts = (await disk.list(folder)).map((name) => ({ name, first: parseJournalName(name) })).filter(({ first }) => first !== null);
  const files = starts.map(({ name, first }) => ({ path: join(folder, name), first: first! }));
  // a seal begins a new file before its manifest names what it holds
  const firstNeeded = files.findIndex(({ first }) => first === held.sequence + 1);
  if (firstNeeded < 0)
    throw new StopError(
      `${join(folder, journalName(held.sequence + 1))} is missing: the journal file that follows the manifest. Nothing was changed, and fewer records are never served. Restore it from a backup.`,
    );
  const states: JournalFileState[] = [];
  // what is behind the manifest is read only when somebody lags so far; its header says where it joins
  for (const { path, first } of files.slice(0, firstNeeded)) {
    const { previousChain } = await readJournalHeader(disk, path);
    states.push({ path, firstSequence: first, previousChain, bytes: (await disk.size(path)) ?? 0, offsets: null });
  }
  const records: JournalRecord[] = [];
  let last: { sequence: number; chain: number } | null = null;
  let scanned: ScannedFile | undefined;
  for (const [n, { path, first }] of files.entries()) {
    if (n < firstNeeded) continue;
    scanned = await scan(disk, path, files[n + 1]?.first ?? null, held.sequence, records);
    const { header } = scanned;
    assertFollows(path, first, scanned, last, manifest);
    const end = scanned.records.at(-1)?.header;
    last = { sequence: end?.sequence ?? first - 1, chain: end?.chain ?? header.previousChain };
    states.push({
      path,
      firstSequence: first,
      previousChain: header.previousChain,
      bytes: scanned.wholeBytes,
      offsets: scanned.records.map(({ offset }) => offset),
    });
    assertChain(path, held, scanned);
  }
  const { storeId, dimension, embeddingModel } = scanned!.header;
  return { journal: await Journal.open(disk, folder, { storeId, dimension, embeddingModel }, states, last!), records };
}

/** @param nextFirst first sequence number of the file that follows; null for the last */
async function scan(disk: Disk, path: string, nextFirst: number | null, heldSequence: number, into: JournalRecord[]): Promise<ScannedFile> {
  const { data, ...scanned } = await scanJournalFile(disk, path);
  if (scanned.isClosed && nextFirst === null)
    throw new StopError(
      `The journal file that follows ${path} is missing. Nothing was changed, and fewer records are never served. Restore it from a backup.`,
    );
  const tail = data.subarray(scanned.wholeBytes);
  if (tail.length > 0 && !scanned.isClosed) {
    if (nextFirst === null) await cutTornTail(disk, path, scanned.wholeBytes, tail);
    // a footer that is torn, in whatever way, is no loss: the next file goes on where the last whole record ends
    else if (scanned.header.firstSequence + scanned.records.length !== nextFirst)
      throw new StopError(
        `The journal file ${path} is cut at byte ${scanned.wholeBytes}, and later files follow it. Nothing was changed. Restore the file from a backup.`,
      );
  }
  for (const { header, offset } of scanned.records) {
    if (header.sequence <= heldSequence) continue;
    const start = offset + RECORD_HEADER_BYTES;
    into.push(decodeRecord(header, data.subarray(start, start + header.payloadBytes)));
  }
  return scanned;
}

async function cutTornTail(disk: Disk, path: string, wholeBytes: number, tail: Uint8Array): Promise<void> {
  const kept = await keepAside(disk, path, wholeBytes, tail);
  const file = await disk.openForAppend(path);
  try {
    await file.truncate(wholeBytes);
    await file.sync();
  } finally {
    await file.close();
  }
  logger.warn(`${path} ended in ${tail.length} bytes of a record that was never acknowledged: cut off, and ${kept}`);
}

/** A copy for people. A full disk, which is what tears tails, must not keep the store from opening for want of it. */
async function keepAside(disk: Disk, path: string, wholeBytes: number, tail: Uint8Array): Promise<string> {
  const folder = join(path, '..', TORN_FOLDER);
  try {
    await disk.makeFolder(folder);
    const aside = asideName(folder, `${basename(path)}.${wholeBytes}`, await disk.list(folder));
    await disk.writeDurably(aside, [tail]);
    return `kept in ${aside}`;
  } catch (error) {
    if (error instanceof FileError && error.isOutOfSpace && !error.isLostSync) return 'not kept, since the disk is full';
    throw error;
  }
}

function assertFollows(
  path: string,
  first: number,
  { header }: ScannedFile,
  before: { sequence: number; chain: number } | null,
  manifest: ManifestContent | null,
): void {
  if (header.firstSequence !== first || (manifest && header.storeId !== manifest.storeId))
    throw new StopError(
      `${path} is not the journal file that its name and the manifest say. Nothing was changed. Restore the store folder from a backup.`,
    );
  if (!before || (before.sequence === first - 1 && before.chain === header.previousChain)) return;
  throw new StopError(
    `${path} does not follow the journal file before it, which ends at record ${before.sequence}: a file is missing or of another store. Nothing was changed. Restore the store folder from a backup.`,
  );
}

/** The manifest and the journal must tell the same history up to where the manifest holds. */
function assertChain(path: string, held: { sequence: number; chain: number }, { header }: ScannedFile): void {
  if (held.sequence !== header.firstSequence - 1 || held.chain === header.previousChain) return;
  throw new StopError(
    `${path} tells another history than the manifest up to record ${held.sequence}. Nothing was changed. Restore the store folder from a backup.`,
  );
}
