/**
 * Turns a full tail into a segment, in the background: files first, each durable, then the manifest that names them. Until
 * then the frozen tail answers from memory and the journal holds it all, so a seal that fails or dies loses nothing. It goes
 * on answering from memory afterwards: the same vectors need not be read again.
 */
import { Logger } from '@nestjs/common';
import type { FaissIndex } from '../../faiss-index/index.js';
import type { Disk } from '../../platform/index.js';
import type { Journal } from '../journal/journal.js';
import { throwIfFatal } from '../fatal-errors.js';
import type { FrozenTail, StoreState } from '../store-state.js';
import type { SegmentEntry } from './manifest.js';
import { openChunks, removeSegment } from './segment-files.js';
import type { SegmentSet } from './segment-set.js';
import { SegmentWriter } from './segment-writer.js';

/** Records without vectors also bound a tail, so that a start never replays too many. */
const SEAL_RECORDS = 50_000;
const RETRY_MS = 10_000;
/** Rows that are encoded between two looks at the event loop. */
const ROWS_PER_PIECE = 512;

export interface SealerSettings {
  disk: Disk;
  faiss: FaissIndex;
  folder: string;
  dimension: number;
  /** The tail is sealed when it holds this many vectors. */
  sealVectors: number;
  /** Brings about a look between two batches, for a seal that could not begin: nobody may write for long. */
  kick: () => Promise<void>;
  /** A seal came to its end. */
  onSealed: () => void;
  /** The process must end. */
  onFatal: (error: Error) => void;
}

/** What the manifest says of the moment at which the tail was frozen. */
interface SealPoint {
  sequence: number;
  chain: number;
  nextDocumentId: number;
  nextVectorId: number;
}

export class TailSealer {
  private readonly logger = new Logger('VectorStore');
  private current: Promise<void> | null = null;
  private notBefore = 0;
  private closing = false;
  private lastFailure: string | undefined;

  constructor(
    private readonly settings: SealerSettings,
    private readonly state: StoreState,
    private readonly journal: Journal,
    private readonly segments: SegmentSet,
  ) {}

  /** Why the tail could not be sealed, while that is so. */
  get failure(): string | undefined {
    return this.lastFailure;
  }

  /** Begins a seal when the tail is full and none is under way. Writers wait for the new journal file, not for the segment. */
  async sealWhenFull(): Promise<void> {
    if (this.current || Date.now() < this.notBefore) return;
    if (this.isFull) await this.begin();
    else this.lastFailure = undefined; // a seal that was asked for and refused is not due any more
  }

  /** Between two batches: begins a seal of whatever the tail holds. Answers false when one is under way, or could not begin. */
  async sealNow(): Promise<boolean> {
    if (this.current) return false;
    return this.state.changes.records === 0 || this.begin();
  }

  /** What is under way has come to its end, or was given up until later. */
  async settled(): Promise<void> {
    await this.current;
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.current;
  }

  private get isFull(): boolean {
    return this.state.tail.rows >= this.settings.sealVectors || this.state.changes.records >= SEAL_RECORDS;
  }

  private async begin(): Promise<boolean> {
    const { journal, state, settings } = this;
    try {
      await journal.rotate();
    } catch (error) {
      throwIfFatal(error);
      this.putOff(error);
      setTimeout(() => void this.settings.kick().catch(() => undefined), RETRY_MS + 1).unref(); // closed meanwhile: no more seals
      return false;
    }
    const frozen = state.freeze(await settings.faiss.create(settings.dimension), journal.lastSequence);
    const { nextDocumentId, nextVectorId } = state;
    const point = { sequence: journal.lastSequence, chain: journal.lastChain, nextDocumentId, nextVectorId };
    this.current = this.untilDone(frozen, point).finally(() => this.done());
    return true;
  }

  /** The next tail may have filled meanwhile, and no write may come that would look. */
  private done(): void {
    this.current = null;
    if (this.isFull && !this.closing) this.settings.kick().catch(() => undefined);
  }

  /** A frozen tail is sealed before the next one is frozen, however long the disk refuses. */
  private async untilDone(frozen: FrozenTail, point: SealPoint): Promise<void> {
    while (!this.closing) {
      try {
        await this.seal(frozen, point);
        this.lastFailure = undefined;
        return this.settings.onSealed();
      } catch (error) {
        try {
          throwIfFatal(error);
        } catch (fatal) {
          return this.settings.onFatal(fatal as Error);
        }
        this.putOff(error);
        await this.pause();
      }
    }
  }

  private async seal(frozen: FrozenTail, point: SealPoint): Promise<void> {
    const { disk, folder, dimension } = this.settings;
    const name = this.segments.takeName();
    try {
      const entry = await this.write(frozen, name, point.sequence);
      const { group } = frozen;
      group.changes = {
        documents: Int32Array.from(frozen.documents, ({ id }) => id).sort(),
        deadDocuments: Int32Array.from(frozen.deadDocuments),
        deadVectors: Int32Array.from(frozen.deadVectors),
      };
      const source = await openChunks(disk, folder, entry, dimension);
      await this.segments
        .change((manifest) => ({ ...manifest, ...point, segments: [...manifest.segments, entry] }))
        .catch(async (error: unknown) => {
          await source.close();
          throw error;
        });
      [group.name, group.kind, group.source] = [name, 'flat', source];
    } catch (error) {
      await removeSegment(disk, folder, name).catch(() => undefined); // else the next start removes it
      throw error;
    } finally {
      this.segments.giveName(name);
    }
  }

  private async write(frozen: FrozenTail, name: string, lastSequence: number): Promise<SegmentEntry> {
    const { disk, folder, dimension } = this.settings;
    const { group, rows } = frozen;
    const writer = await SegmentWriter.begin(disk, folder, name, rows, dimension);
    try {
      for (let start = 0; start < rows; start += ROWS_PER_PIECE) {
        const count = Math.min(ROWS_PER_PIECE, rows - start);
        const [chunks, vectors] = await Promise.all([group.source.read(start, count), group.source.readVectors(start, count)]);
        for (const [n, chunk] of chunks.entries())
          await writer.add(chunk, vectors.subarray(n * dimension, (n + 1) * dimension), group.isLive(start + n));
        await new Promise(setImmediate);
      }
      return await writer.finish({ ...frozen, lastSequence });
    } finally {
      await writer.close();
    }
  }

  private putOff(error: unknown): void {
    this.lastFailure = error instanceof Error ? error.message : String(error);
    this.logger.error(`The tail could not be sealed; it goes on in memory, and the journal holds it: ${this.lastFailure}`);
    this.notBefore = Date.now() + RETRY_MS;
  }

  /** Ends early when the store is closed. */
  private async pause(): Promise<void> {
    for (let waited = 0; waited < RETRY_MS && !this.closing; waited += 100)
      await new Promise((resolve) => setTimeout(resolve, 100).unref());
  }
}
