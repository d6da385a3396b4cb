import { join } from 'node:path';
import type { Disk } from '../../platform/index.js';

/** Where the store of a data folder lies. */
export const storeFolder = (dataDir: string): string => join(dataDir, 'store');

/** Where a store folder goes that another takes the place of: beside it, under the time, never over what is there. */
export async function replacedName(disk: Disk, dataDir: string): Promise<string> {
  const taken = await disk.list(dataDir);
  const name = `store-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}`;
  for (let n = 1; ; n++) {
    const candidate = `${name}${n === 1 ? '' : `-${n}`}.replaced`;
    if (!taken.includes(candidate)) return join(dataDir, candidate);
  }
}
