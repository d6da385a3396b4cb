/**
 * What goes on beside the writes: sealing full tails, merging segments, trimming the journal. Nothing of it is waited for by a
 * save, a delete or a search, and nothing of it is lost when it fails: it is tried again.
 */
import { Logger } from '@nestjs/common';
import { Mutex } from 'async-mutex';
import type { IndexBuilder } from '../faiss-index/index.js';
import { throwIfFatal } from './fatal-errors.js';
import type { ReadContents } from './rebuild-sources.js';
import type { OpenedStore } from './recovery/recover-store.js';
import type { SegmentAccess } from './segments/segment-files.js';
import { rebuildSegments, type RebuildOptions } from './segments/segment-rebuild.js';
import { SegmentUpkeep } from './segments/segment-upkeep.js';
import { TailSealer } from './segments/tail-sealer.js';
import { StoreClosedError } from './store.errors.js';

export interface HousekeepingSettings extends SegmentAccess {
  /** Without one segments are never merged. */
  builder?: IndexBuilder;
  sealVectors: number;
  hnswVectors: number;
  /** Beyond it the journal is trimmed whether or not everything was copied. */
  journalBytesMax: number;
  /** Brings about a `betweenBatches`. */
  kick: () => Promise<void>;
  onFatal: (error: Error) => void;
}

export class Housekeeping {
  private readonly logger = new Logger('VectorStore');
  /** Held by whoever replaces segments. */
  private readonly replacing = new Mutex();
  private readonly sealer: TailSealer;
  private readonly upkeep: SegmentUpkeep | null;
  private copied = 0;
  private tidying: Promise<void> = Promise.resolve();
  private closing = false;
  private sealsAsked: ((begun: boolean) => void)[] = [];

  constructor(
    private readonly settings: HousekeepingSettings,
    private readonly opened: OpenedStore,
  ) {
    const { state, journal, segments } = opened;
    const { builder } = settings;
    const onSealed = (): void => {
      this.upkeep?.trigger();
      void this.tidyUp();
    };
    this.sealer = new TailSealer({ ...settings, onSealed }, state, journal, segments);
    const onChanged = (): Promise<void> => this.tidyUp();
    this.upkeep = builder ? new SegmentUpkeep({ ...settings, builder, replacing: this.replacing, onChanged }, state, segments) : null;
    this.upkeep?.trigger();
  }

  /** Called by the writes, at a moment at which everything journalled is applied. */
  async betweenBatches(): Promise<void> {
    const asked = this.sealsAsked.splice(0);
    if (asked.length === 0) return this.sealer.sealWhenFull();
    let begun = false;
    try {
      begun = await this.sealer.sealNow();
    } finally {
      for (const resolve of asked) resolve(begun);
    }
  }

  /** Rows died. */
  noteDeaths(): void {
    this.upkeep?.trigger();
  }

  /** Seals the tail, whatever it holds. */
  async seal(): Promise<void> {
    for (;;) {
      await this.sealer.settled();
      if (this.closing) throw new StoreClosedError();
      const begun = new Promise<boolean>((resolve) => this.sealsAsked.push(resolve));
      await this.settings.kick();
      if (await begun) return this.sealer.settled();
      if (this.sealer.failure !== undefined) throw new Error(this.sealer.failure);
    }
  }

  rebuild(read: ReadContents, options?: RebuildOptions): Promise<{ documents: number; vectors: number }> {
    this.upkeep?.interrupt();
    return this.replacing.runExclusive(async () => {
      await this.seal();
      const { state, segments } = this.opened;
      const counts = await rebuildSegments(this.settings, state, segments, read, options).catch((error: unknown) => {
        this.endIfFatal(error);
        throw error;
      });
      await this.tidyUp();
      // merges wait until the segments are theirs again
      setImmediate(() => this.upkeep?.trigger());
      return counts;
    });
  }

  /** What could not be done and is tried again, for people. */
  get failures(): string[] {
    return [this.sealer.failure, this.upkeep?.failure].filter((failure) => failure !== undefined);
  }

  noteCopied(sequence: number): void {
    const isFurther = sequence > this.copied;
    this.copied = sequence; // a database that was put back holds less than before
    if (isFurther && this.trimmable() >= this.opened.journal.firstClosedEnd) void this.tidyUp();
  }

  async close(): Promise<void> {
    this.closing = true;
    await Promise.all([this.sealer.close(), this.upkeep?.close()]);
    await this.tidying;
  }

  /** Removes what nobody needs any more: manifests, segments, journal files. */
  tidyUp(): Promise<void> {
    this.tidying = this.tidying.then(async () => {
      try {
        await this.opened.segments.tidy();
        if (!this.closing) await this.opened.journal.trim(this.trimmable());
      } catch (error) {
        if (!this.endIfFatal(error)) this.logger.warn(`Files that nobody needs any more stay for now: ${String(error)}`);
      }
    });
    return this.tidying;
  }

  /** @returns whether the process ends */
  private endIfFatal(error: unknown): boolean {
    try {
      throwIfFatal(error);
      return false;
    } catch (fatal) {
      this.settings.onFatal(fatal as Error);
      return true;
    }
  }

  private trimmable(): number {
    const { segments, journal } = this.opened;
    const isTooLong = journal.bytes > this.settings.journalBytesMax;
    return isTooLong ? segments.sealedTwice : Math.min(segments.sealedTwice, this.copied);
  }
}
