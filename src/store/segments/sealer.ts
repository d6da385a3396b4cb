/**
 * Turns a frozen tail into a segment, in the background: files first, each durable, then the manifest that names them. Until
 * then the frozen tail answers from memory and the journal holds it all, so a seal that fails or dies loses nothing.
 */
import { join } from 'node:path';
import type { FaissIndex } from '../../faiss-index/index.js';
import type { Disk } from '../../platform/index.js';
import { manifestName, parseManifestName, segmentName } from '../file-names.js';
import type { FrozenTail } from '../store-state.js';
import { writeManifest, type Manifest } from './manifest.js';
import { openChunks, writeSegment } from './segment-files.js';

/** How many manifests are kept: the newest, and one to fall back on. */
const MANIFESTS_KEPT = 2;

/** What the manifest says of the moment at which the tail was frozen. */
export interface SealPoint {
  sequence: number;
  chain: number;
  nextDocumentId: number;
  nextVectorId: number;
}

export class Sealer {
  constructor(
    private readonly disk: Disk,
    private readonly faiss: FaissIndex,
    private readonly folder: string,
    /** The newest in force. */
    public manifest: Omit<Manifest, 'version'>,
    /** Its number. */
    private number: number,
  ) {}

  /** The first manifest of a store, or of one whose manifests were lost. */
  static async begin(disk: Disk, faiss: FaissIndex, folder: string, manifest: Omit<Manifest, 'version'>, number: number): Promise<Sealer> {
    await writeManifest(disk, folder, number, manifest);
    return new Sealer(disk, faiss, folder, manifest, number);
  }

  async seal(frozen: FrozenTail, point: SealPoint): Promise<void> {
    const name = segmentName(this.manifest.nextSegment);
    const entry = await writeSegment(this.disk, this.faiss, this.folder, name, frozen, point.sequence);
    const source = await openChunks(this.disk, this.folder, entry);
    try {
      const manifest = {
        ...this.manifest,
        ...point,
        nextSegment: this.manifest.nextSegment + 1,
        segments: [...this.manifest.segments, entry],
      };
      await writeManifest(this.disk, this.folder, this.number + 1, manifest);
      this.manifest = manifest;
      this.number++;
    } catch (error) {
      await source.close();
      throw error;
    }
    frozen.group.name = name;
    frozen.group.source = source;
    await this.dropOlderManifests();
  }

  private async dropOlderManifests(): Promise<void> {
    for (const name of await this.disk.list(this.folder)) {
      const number = parseManifestName(name);
      if (number !== null && number <= this.number - MANIFESTS_KEPT) await this.disk.remove(join(this.folder, manifestName(number)));
    }
  }
}
