import { asideName, type Disk } from '../platform/index.js';
import { Logger } from '@nestjs/common';
import { join } from 'node:path';
import { manifestName, QUARANTINE_FOLDER } from './file-names.js';

/** Takes a manifest that cannot be used out of the way: put aside for people, never deleted. */
export async function quarantine(disk: Disk, folder: string, number: number, damage: string): Promise<void> {
  const aside = join(folder, QUARANTINE_FOLDER);
  await disk.makeFolder(aside);
  const to = asideName(aside, manifestName(number), await disk.list(aside));
  await disk.renameDurably(join(folder, manifestName(number)), to);
  new Logger('StoreRecovery').error(`${manifestName(number)} was moved to ${to}: ${damage}`);
}
