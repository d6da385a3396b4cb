import { asideName, type Disk } from '../../platform/index.js';
import { Logger } from '@nestjs/common';
import { basename, join } from 'node:path';
import { QUARANTINE_FOLDER } from '../file-names.js';

/** Takes files that cannot be used out of the way: put aside for people, never deleted. */
export async function quarantine(disk: Disk, folder: string, paths: Iterable<string>): Promise<void> {
  const aside = join(folder, QUARANTINE_FOLDER);
  await disk.makeFolder(aside);
  for (const path of paths) {
    if ((await disk.size(path)) === null) continue; // missing: that is the damage
    const to = asideName(aside, basename(path), await disk.list(aside));
    await disk.renameDurably(path, to);
    new Logger('StoreRecovery').error(`${path} is damaged, or names what is: it was moved to ${to}`);
  }
}
