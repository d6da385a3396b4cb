/**
 * Carries what a journal holds beyond a record into a store folder that was written as of that record, so that the records
 * behind it are replayed at its start. Record by record as it stands: checksums and chain are kept.
 */
import { join } from 'node:path';
import { StopError, type Disk } from '../../platform/index.js';
import { journalName, parseJournalName } from '../file-names.js';
import { createJournalFile, scanJournalFile, type JournalIdentity } from '../journal/journal-file.js';

/**
 * @param from a store folder whose journal may reach beyond `point`
 * @param to one that `writeStore` wrote as of `point`
 * @returns how many records were carried; 0 when the journal ends at the point or before it
 */
export async function carryJournal(
  disk: Disk,
  from: string,
  to: string,
  point: JournalIdentity & { sequence: number; chain: number },
): Promise<number> {
  const firsts = (await disk.list(from)).map(parseJournalName).filter((first) => first !== null);
  const needed = firsts.filter((_, n) => n === firsts.length - 1 || firsts[n + 1] > point.sequence + 1);
  let expected = point.sequence + 1;
  for (const first of needed) {
    const path = join(from, journalName(first));
    const { header, records, wholeBytes, data, isClosed } = await scanJournalFile(disk, path);
    if (isClosed && first === firsts.at(-1))
      throw new StopError(`The journal file that follows ${path} is missing. Nothing was changed. Restore it from a backup.`);
    const behind = records.filter((record) => record.header.sequence > point.sequence);
    if (behind.length === 0) continue;
    const before = records[records.length - behind.length - 1]?.header.chain ?? header.previousChain;
    if (behind[0].header.sequence !== expected || (expected === point.sequence + 1 && before !== point.chain))
      throw new StopError(
        `${path} does not follow record ${expected - 1} of the database: they tell two histories, or a file is missing. Nothing was changed. npm run recover -- --take database leaves the journal's own records behind.`,
      );
    const { storeId, dimension, embeddingModel } = point;
    const target = join(to, journalName(expected));
    await disk.remove(target);
    await createJournalFile(disk, target, { storeId, dimension, embeddingModel, firstSequence: expected, previousChain: before });
    const file = await disk.openForAppend(target);
    try {
      await file.append([data.subarray(behind[0].offset, wholeBytes)]);
      await file.sync();
    } finally {
      await file.close();
    }
    expected += behind.length;
  }
  return expected - point.sequence - 1;
}
