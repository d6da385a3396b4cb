import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Database, DatabaseUnavailableError } from '../platform/index.js';
import { RebuildSources, VectorStore, type RebuildSourceName } from '../store/index.js';
import { PostgresSync, SyncService } from '../sync/index.js';
import type { RebuildProgressDto } from './dto/index-rebuild.dto.js';
import { rebuildFailure, RebuildRunningError } from './index-rebuild.errors.js';

const NONE: RebuildProgressDto = { source: null, status: 'none', done: 0, total: 0, started_at: null, finished_at: null, error: null };

/** Builds the index again while it serves; one rebuild at a time, and its progress until the next one. */
@Injectable()
export class IndexRebuild implements OnModuleDestroy {
  private readonly logger = new Logger(IndexRebuild.name);
  private readonly stopping = new AbortController();
  private current: RebuildProgressDto = NONE;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: VectorStore,
    private readonly sources: RebuildSources,
    private readonly database: Database,
    private readonly sync: PostgresSync,
    private readonly service: SyncService,
  ) {}

  get progress(): RebuildProgressDto {
    return { ...this.current };
  }

  /** Begins one and returns at once. Throws RebuildRunningError, or DatabaseUnavailableError when it is to come from there. */
  start(source: RebuildSourceName): RebuildProgressDto {
    if (this.current.status === 'running') throw new RebuildRunningError(this.current);
    if (source === 'database' && !this.database.connected) throw new DatabaseUnavailableError();
    const { vectorsLive: total } = this.store.statistics();
    this.current = { ...NONE, source, status: 'running', total, started_at: new Date().toISOString() };
    this.running = this.run(source);
    return this.progress;
  }

  /** Calls off what is under way: the index stays as it was. */
  async onModuleDestroy(): Promise<void> {
    this.stopping.abort(new Error('the service is stopping'));
    await this.running;
  }

  private async run(source: RebuildSourceName): Promise<void> {
    try {
      // what PostgreSQL lacks it cannot give back
      if (source === 'database') await this.sync.catchUp();
      const onProgress = (done: number, total: number): void => void Object.assign(this.current, { done, total });
      const { documents, vectors } = await this.store.rebuild(this.sources.find(source)!, { onProgress, signal: this.stopping.signal });
      this.logger.log(`The index was built again from ${source}: ${documents} documents, ${vectors} vectors`);
      if (source === 'text') await this.bringToDatabase();
      this.end('done', null);
    } catch (error) {
      const failure = rebuildFailure(error);
      this.logger.error(`The index was not built again, and is as it was: ${failure.detail}`);
      this.end('failed', failure);
    }
  }

  /** The vectors may be others than before, and PostgreSQL holds those. When it is away, the next comparison finds them. */
  private async bringToDatabase(): Promise<void> {
    try {
      await this.service.syncNow();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailableError)) throw error;
      this.logger.warn('PostgreSQL was away after the rebuild: POST /index/repair brings it to the new vectors');
    }
  }

  private end(status: 'done' | 'failed', error: RebuildProgressDto['error']): void {
    this.current = { ...this.current, status, error, finished_at: new Date().toISOString() };
  }
}
