import { Injectable } from '@nestjs/common';
import { Database, HealthRegistry, type HealthCheck } from '../platform/index.js';
import { EngineCopy } from './engine-copy.js';
import { JournalApplier } from './journal-applier.js';
import { PostgresSync } from './postgres-sync.js';

const SET_ASIDE_SHOWN_MAX = 10;

/** Shows the sync in `/health/ready`: lag, last sync, and what PostgreSQL refused. */
@Injectable()
export class SyncHealth {
  constructor(
    health: HealthRegistry,
    private readonly database: Database,
    private readonly sync: PostgresSync,
    private readonly applier: JournalApplier,
    private readonly copy: EngineCopy,
  ) {
    health.register('sync', () => this.check());
  }

  private check(): HealthCheck {
    const aside = this.applier.setAside;
    const documents = [...new Set(aside.map(({ documentId }) => documentId))];
    const { progress } = this.copy;
    const details = [
      ...(this.database.connected ? [] : ['PostgreSQL is away; what it lacks is brought to it when it is back.']),
      ...(this.sync.failure ? [`Records could not be brought to PostgreSQL and are tried again: ${this.sync.failure}.`] : []),
      ...(progress
        ? [
            `PostgreSQL lacks records that the journal no longer holds, and is compared with the engine: ${progress.done} of ${progress.total} documents.`,
          ]
        : []),
      ...(aside.length > 0
        ? [`${aside.length} records were refused (${aside[0].message}); POST /index/repair tries their documents again.`]
        : []),
    ];
    return {
      status: details.length > 0 ? 'degraded' : 'ok',
      ...(details.length > 0 ? { detail: details.join(' ') } : {}),
      lag: this.sync.lag,
      last_synced_at: this.sync.lastSyncedAt,
      ...(progress ? { compared_documents: progress.done, documents: progress.total } : {}),
      set_aside: aside.length,
      ...(documents.length > 0 ? { set_aside_documents: documents.slice(0, SET_ASIDE_SHOWN_MAX) } : {}),
    };
  }
}
