import { IsIn } from 'class-validator';
import { type RebuildSourceName } from '../../store/index.js';

const REBUILD_SOURCES: readonly RebuildSourceName[] = ['database', 'text'];

export class RebuildIndexDto {
  /**
   * `database`: vectors as PostgreSQL holds them, without the model; `text`: the stored chunks are embedded again.
   * @example 'database'
   */
  @IsIn(REBUILD_SOURCES)
  source: RebuildSourceName;
}

export class RebuildProgressDto {
  /**
   * `database` or `text`; null when there was no rebuild since the start.
   * @example 'database'
   */
  source: string | null;
  /**
   * `running`, `done`, `failed`; `none` when there was none since the start.
   * @example 'running'
   */
  status: string;
  /**
   * Vectors that are in the new index.
   * @example 120
   */
  done: number;
  /**
   * Vectors that it will hold.
   * @example 400
   */
  total: number;
  /** @example '2026-11-24T10:00:00.000Z' */
  started_at: string | null;
  /** @example null */
  finished_at: string | null;
  /** Why it failed; the index is then as it was. */
  error: { code: string; detail: string } | null;
}
