import { join } from 'node:path';
import type { Disk } from '../../platform/index.js';

/**
 * Stands in `DATA_DIR` from the moment before a store is made again from its database until what lies in `files/` was
 * looked through: a file that no document knows may then belong to one that the database had not heard of.
 */
export class RestoredMark {
  private readonly path: string;

  constructor(
    private readonly disk: Disk,
    dataDir: string,
  ) {
    this.path = join(dataDir, 'store-restored');
  }

  async set(): Promise<void> {
    await this.disk.writeDurably(this.path, [Buffer.from(`${new Date().toISOString()}\n`)]);
  }

  async isSet(): Promise<boolean> {
    return (await this.disk.size(this.path)) !== null;
  }

  async clear(): Promise<void> {
    await this.disk.remove(this.path);
  }
}
