import type { ChunkFilter } from '../vector-store.port.js';
import { filterKey } from './filter-key.js';
import { StandingFilter, type ChangedDocument, type FilteredState } from './standing-filter.js';
import type { SliceLength } from './time-slices.js';

export interface StandingFiltersLimits {
  /** Answers that are kept; those in use beyond it are kept as long as they are. */
  filtersMax: number;
  /** The making of an answer gives way after so long. */
  slice: SliceLength;
}

const LIMITS: StandingFiltersLimits = { filtersMax: 32, slice: { ms: 5, steps: 64 } };

/** The filters that were asked for lately, each with its answer, which applied records keep up to date. */
export class StandingFilters {
  /** Longest unused first. */
  private readonly standing = new Map<string, { filter: StandingFilter; users: number }>();

  constructor(
    private readonly state: FilteredState,
    private readonly limits: StandingFiltersLimits = LIMITS,
  ) {}

  get size(): number {
    return this.standing.size;
  }

  /** While `work` runs the filter is kept up to date. Null: the filter asks for nothing, so that everything is allowed. */
  async use<T>(filter: ChunkFilter | undefined, work: (standing: StandingFilter | null) => Promise<T>): Promise<T> {
    const key = filter ? filterKey(filter) : null;
    if (!filter || key === null) return work(null);
    const used = this.standing.get(key) ?? { filter: new StandingFilter(filter, this.state, this.limits.slice), users: 0 };
    this.standing.delete(key);
    this.standing.set(key, used);
    used.users++;
    try {
      return await work(used.filter);
    } finally {
      used.users--;
      this.drop();
    }
  }

  documentChanged(change: ChangedDocument): void {
    for (const { filter } of this.standing.values()) filter.documentChanged(change);
  }

  private drop(): void {
    for (const [key, { users }] of this.standing) {
      if (this.standing.size <= this.limits.filtersMax) return;
      if (users === 0) this.standing.delete(key);
    }
  }
}
