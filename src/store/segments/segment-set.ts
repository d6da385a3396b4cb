/**
 * The segments in force, as the newest manifest names them. Every change of the set is one new manifest, put in place by a
 * rename; seals, merges and rebuilds change it one after another. What no kept manifest names any more is removed.
 */
import { Mutex } from 'async-mutex';
import { join } from 'node:path';
import type { Disk } from '../../platform/index.js';
import { manifestName, parseManifestName, parseSegmentPartName, segmentName } from '../file-names.js';
import { writeManifest, type Manifest } from './manifest.js';

export type ManifestContent = Omit<Manifest, 'version'>;

export interface NumberedManifest {
  number: number;
  content: ManifestContent;
}

export class SegmentSet {
  private readonly mutex = new Mutex();
  /** Names of segments that are being written. */
  private readonly inWork = new Set<number>();
  private nextSegment: number;

  /**
   * @param current the newest in force
   * @param older the one before it, to fall back on; null when there is none
   * @param lastNumber the highest that a manifest ever had
   */
  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private current: NumberedManifest,
    private older: NumberedManifest | null,
    private lastNumber: number,
  ) {
    this.nextSegment = Math.max(current.content.nextSegment, older?.content.nextSegment ?? 1);
  }

  /** The first manifest of a store, or of one whose manifests were lost. */
  static async begin(disk: Disk, folder: string, content: ManifestContent, number: number): Promise<SegmentSet> {
    await writeManifest(disk, folder, number, content);
    return new SegmentSet(disk, folder, { number, content }, null, number);
  }

  get manifest(): ManifestContent {
    return this.current.content;
  }

  /** Records up to here are in the segments of both kept manifests: the store itself needs the journal's only after it. */
  get sealedTwice(): number {
    return this.older ? Math.min(this.older.content.sequence, this.current.content.sequence) : 0;
  }

  /** A name that no segment had before. Its files are left alone until `give` is told that they are not worked on any more. */
  takeName(): string {
    const number = this.nextSegment++;
    this.inWork.add(number);
    return segmentName(number);
  }

  giveName(name: string): void {
    this.inWork.delete(parseSegmentPartName(`${name}.rows`)!);
  }

  /** The set is changed, for good, when this resolves; when it rejects it is as before. */
  async change(next: (manifest: ManifestContent) => ManifestContent): Promise<void> {
    await this.mutex.runExclusive(async () => {
      const content = { ...next(this.current.content), nextSegment: this.nextSegment };
      const number = this.lastNumber + 1;
      await writeManifest(this.disk, this.folder, number, content);
      [this.older, this.current, this.lastNumber] = [this.current, { number, content }, number];
    });
  }

  /** Removes manifests older than the two kept, and files of segments that neither names. */
  async tidy(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      const names = await this.disk.list(this.folder);
      for (const name of names) {
        const number = parseManifestName(name);
        if (number !== null && number !== this.current.number && number !== this.older?.number)
          await this.disk.remove(join(this.folder, manifestName(number)));
      }
      // a manifest that came back without the files that it names would look like damage
      await this.disk.syncFolder(this.folder);
      const named = [...this.current.content.segments, ...(this.older?.content.segments ?? [])];
      const kept = new Set(named.map(({ name }) => name));
      for (const name of names) {
        const number = parseSegmentPartName(name);
        if (number !== null && !kept.has(segmentName(number)) && !this.inWork.has(number)) await this.disk.remove(join(this.folder, name));
      }
    });
  }
}
