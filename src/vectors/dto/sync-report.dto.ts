export class SyncReportDto {
  /**
   * Rows that were written to PostgreSQL; with `dry_run=true`, that would be.
   * @example 48
   */
  synced: number;
  /**
   * Rows that were deleted from PostgreSQL; with `dry_run=true`, that would be.
   * @example 0
   */
  deleted: number;
  /**
   * Rows that were right already.
   * @example 100
   */
  unchanged: number;
  /**
   * Journal records that PostgreSQL still lacks.
   * @example 0
   */
  lag: number;
}
