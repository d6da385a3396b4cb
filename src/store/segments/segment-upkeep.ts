/**
 * Keeps the count of segments and the share of dead rows bounded, in the background: one merge after another, for as long as
 * the policy finds one. A merge that fails or dies leaves the old segments in force.
 */
import { Logger } from '@nestjs/common';
import type { Mutex } from 'async-mutex';
import type { IndexBuilder } from '../../faiss-index/index.js';
import { throwIfFatal } from '../fatal-errors.js';
import type { StoreState } from '../store-state.js';
import { closeGroup, swapGroups } from './group-swap.js';
import { chooseMerge } from './merge-policy.js';
import { mergeSegments, type MergeInput } from './segment-merge.js';
import type { RowGroup } from './row-group.js';
import { openGroup, removeSegment, type SegmentAccess } from './segment-files.js';
import type { SegmentSet } from './segment-set.js';

const RETRY_MS = 10_000;

export interface UpkeepSettings extends SegmentAccess {
  builder: IndexBuilder;
  hnswVectors: number;
  sealVectors: number;
  /** Held by whoever replaces segments. */
  replacing: Mutex;
  /** The set of segments changed. */
  onChanged: () => Promise<void>;
  /** The process must end. */
  onFatal: (error: Error) => void;
}

export class SegmentUpkeep {
  private readonly logger = new Logger('VectorStore');
  private readonly stopping = new AbortController();
  private merging = new AbortController();
  private running: Promise<void> | null = null;
  private notBefore = 0;
  private lastFailure: string | undefined;

  constructor(
    private readonly settings: UpkeepSettings,
    private readonly state: StoreState,
    private readonly segments: SegmentSet,
  ) {}

  get failure(): string | undefined {
    return this.lastFailure;
  }

  /** Something was sealed, or died. Returns at once. */
  trigger(): void {
    if (this.running || this.stopping.signal.aborted || Date.now() < this.notBefore || !this.choose()) return;
    this.running = this.run().finally(() => (this.running = null));
  }

  /** Calls off the merge under way: something replaces all segments. It begins anew with the next trigger. */
  interrupt(): void {
    this.merging.abort(new Error('the merge was called off'));
  }

  /** Calls off what is under way. */
  async close(): Promise<void> {
    this.stopping.abort(new Error('the store is closing'));
    await this.running;
  }

  private async run(): Promise<void> {
    this.merging = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, this.merging.signal]);
    try {
      while (!signal.aborted && (await this.settings.replacing.runExclusive(() => this.mergeOnce(signal))));
      this.lastFailure = undefined;
    } catch (error) {
      if (signal.aborted) return;
      try {
        throwIfFatal(error);
      } catch (fatal) {
        return this.settings.onFatal(fatal as Error);
      }
      this.lastFailure = error instanceof Error ? error.message : String(error);
      this.logger.error(`Segments could not be merged, and are as they were; it is tried again: ${this.lastFailure}`);
      this.notBefore = Date.now() + RETRY_MS;
      setTimeout(() => this.trigger(), RETRY_MS + 1).unref();
    }
  }

  /** Groups that the manifest names: a tail that is being sealed stands behind them. */
  private sealedGroups() {
    return this.state.groups.slice(0, this.segments.manifest.segments.length);
  }

  private choose(): { from: number; to: number } | null {
    return chooseMerge(this.sealedGroups(), this.settings.sealVectors);
  }

  private async mergeOnce(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    const choice = this.choose();
    if (!choice) return false;
    const entries = this.segments.manifest.segments;
    const groups = this.sealedGroups();
    const inputs: MergeInput[] = [];
    for (let at = choice.from; at <= choice.to; at++) inputs.push({ entry: entries[at], group: groups[at], taken: groups[at].liveCopy() });
    const name = this.segments.takeName();
    try {
      await this.replace(name, inputs, groups.slice(0, choice.from), signal);
    } catch (error) {
      await removeSegment(this.settings.disk, this.settings.folder, name).catch(() => undefined); // else the next start removes it
      throw error;
    } finally {
      this.segments.giveName(name);
    }
    await this.settings.onChanged();
    return true;
  }

  private async replace(name: string, inputs: MergeInput[], older: readonly RowGroup[], signal: AbortSignal): Promise<void> {
    const { faiss } = this.settings;
    const merged = await mergeSegments(this.settings, name, inputs, older, signal);
    const group = await openGroup(this.settings, merged);
    const names = new Set(inputs.map(({ entry }) => entry.name));
    try {
      await this.segments.change((manifest) => ({
        ...manifest,
        segments: manifest.segments.flatMap((entry) =>
          entry.name === inputs[0].entry.name ? [merged.entry] : names.has(entry.name) ? [] : [entry],
        ),
      }));
    } catch (error) {
      closeGroup(faiss, group);
      throw error;
    }
    swapGroups(this.state, faiss, inputs, [group]);
  }
}
