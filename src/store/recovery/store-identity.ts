import { join } from 'node:path';
import type { Disk } from '../../platform/index.js';
import { parseJournalName, parseManifestName } from '../file-names.js';
import { readJournalHeader, scanJournalFile, type JournalIdentity } from '../journal/journal-file.js';
import { readManifestAlone } from '../segments/manifest.js';

export interface StoreIdentity extends JournalIdentity {
  /** No record was ever written. */
  isEmpty: boolean;
}

/**
 * Whose store lies in a folder, without opening it: also when its segments are damaged, or of another model. Null when there
 * is neither journal nor manifest. Throws StopError when none of them can be read.
 */
export async function readStoreIdentity(disk: Disk, folder: string): Promise<StoreIdentity | null> {
  const names = await disk.list(folder);
  const manifests = names.map(parseManifestName).filter((number) => number !== null);
  for (const number of manifests.sort((a, b) => b - a)) {
    const manifest = await readManifestAlone(disk, folder, number);
    if (!('damage' in manifest))
      return { ...identityOf(manifest), isEmpty: manifest.sequence === 0 && (await isUnwritten(disk, folder, names)) };
  }
  const newest = names.filter((name) => parseJournalName(name) !== null).at(-1);
  if (newest === undefined) return null;
  return { ...identityOf(await readJournalHeader(disk, join(folder, newest))), isEmpty: await isUnwritten(disk, folder, names) };
}

const identityOf = ({ storeId, dimension, embeddingModel }: JournalIdentity): JournalIdentity => ({ storeId, dimension, embeddingModel });

async function isUnwritten(disk: Disk, folder: string, names: readonly string[]): Promise<boolean> {
  const journals = names.filter((name) => parseJournalName(name) !== null);
  if (journals.length !== 1 || parseJournalName(journals[0]) !== 1) return false;
  return (await scanJournalFile(disk, join(folder, journals[0]))).records.length === 0;
}
