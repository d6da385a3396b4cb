import { join } from 'node:path';
import type { Disk } from '../../platform/index.js';
import { carryJournal } from './carry-journal.js';
import { parseJournalName, parseManifestName } from '../file-names.js';
import type { FoundStore } from './lost-store.port.js';
import { replacedName, storeFolder } from './store-folder.js';
import { writeStore } from './write-store.js';

export interface ReplacedStore {
  documents: number;
  vectors: number;
  /** Records of the old folder's journal that stand behind the contents. */
  carried: number;
  /** Where the old folder lies now; null when there was none. */
  replaced: string | null;
}

/**
 * Writes a store beside a data folder's own and lets it take its place; the old folder is put aside, never deleted. A crash
 * leaves the old one, or none: then the next start makes it again from the database. Nobody may have the store open.
 * @param keepJournal what the old folder's journal holds beyond the contents is carried over
 */
export async function replaceStore(
  disk: Disk,
  dataDir: string,
  { origin, contents }: FoundStore,
  { keepJournal, onProgress }: { keepJournal: boolean; onProgress?: (documents: number, vectors: number) => void },
): Promise<ReplacedStore> {
  const folder = storeFolder(dataDir);
  const next = `${folder}.next`;
  await disk.removeTree(next);
  const counts = await writeStore({ disk, folder: next, origin, contents, onProgress });
  const carried = keepJournal ? await carryJournal(disk, folder, next, origin) : 0;
  let replaced: string | null = null;
  if ((await disk.list(folder)).length > 0) {
    replaced = await replacedName(disk, dataDir);
    await disk.renameDurably(folder, replaced);
  }
  await disk.renameDurably(next, folder);
  return { ...counts, carried, replaced };
}

/** Neither journal nor manifest: what else lies there makes no store. */
export async function isStoreGone(disk: Disk, dataDir: string): Promise<boolean> {
  const names = await disk.list(storeFolder(dataDir));
  return !names.some((name) => parseJournalName(name) !== null || parseManifestName(name) !== null);
}

/** Whether `files/` holds anything: an original, or a text. */
export async function holdsFiles(disk: Disk, dataDir: string): Promise<boolean> {
  const folder = join(dataDir, 'files');
  for (const name of await disk.list(folder)) {
    const inside = await disk.list(join(folder, name)).catch(() => [name]); // a file, whatever it is
    if (inside.length > 0) return true;
  }
  return false;
}
