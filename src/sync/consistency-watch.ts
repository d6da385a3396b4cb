import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Cron } from 'croner';
import { ConsistencyConfig, Database, DatabaseUnavailableError, HealthRegistry, type HealthCheck } from '../platform/index.js';
import { ConsistencyService } from './consistency.service.js';
import { PostgresSync } from './postgres-sync.js';

/**
 * Compares both stores by itself: after the start, once PostgreSQL is up to date for the first time, and by the clock. The
 * last result, whoever asked for it, stands in `/health/ready`.
 */
@Injectable()
export class ConsistencyWatch implements OnModuleDestroy {
  private readonly logger = new Logger(ConsistencyWatch.name);
  private readonly clock: Cron | undefined;
  private stopping = false;
  private firstDone = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly consistency: ConsistencyService,
    private readonly sync: PostgresSync,
    config: ConsistencyConfig,
    database: Database,
    health: HealthRegistry,
  ) {
    health.register('consistency', () => this.healthCheck());
    database.onConnected(() => this.beginFirst());
    sync.onApplied(({ lag }) => {
      if (lag === 0) this.beginFirst();
    });
    if (config.checkCron !== null) this.clock = new Cron(config.checkCron, { unref: true }, () => this.begin());
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    this.clock?.stop();
    await this.running;
  }

  /** Until one comparison came to its end. */
  private beginFirst(): void {
    if (!this.firstDone) this.begin();
  }

  private begin(): void {
    if (this.stopping) return;
    this.running ??= this.check().finally(() => (this.running = undefined));
  }

  private async check(): Promise<void> {
    try {
      await this.sync.catchUp();
      const { consistent } = await this.consistency.check();
      this.firstDone = true;
      if (!consistent) this.logger.error(`${this.healthCheck().detail}`);
    } catch (error) {
      if (this.stopping || error instanceof DatabaseUnavailableError) return; // the next connection, run of records or the clock begins it again
      this.firstDone = true;
      this.logger.error(`The stores could not be compared: ${String(error)}`);
    }
  }

  private healthCheck(): HealthCheck {
    const last = this.consistency.lastCheck;
    if (!last) return { status: 'ok', checked_at: null };
    const { at, checkedDocuments, checkedVectors, wrongRows } = last;
    const figures = {
      checked_at: at,
      consistent: wrongRows === 0,
      checked_documents: checkedDocuments,
      checked_vectors: checkedVectors,
      wrong_rows: wrongRows,
    };
    if (wrongRows === 0) return { status: 'ok', ...figures };
    return {
      status: 'degraded',
      detail: `${wrongRows} rows in PostgreSQL are not what the engine holds, which searches do not see; lists and contains do. GET /index/consistency names them, POST /index/repair brings them right.`,
      ...figures,
    };
  }
}
