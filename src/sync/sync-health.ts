import { Injectable } from '@nestjs/common';
import { HealthRegistry } from '../platform/index.js';
import { PostgresSync } from './postgres-sync.js';

/** Shows the sync in `/health/ready`: lag, last sync, and what PostgreSQL refused. */
@Injectable()
export class SyncHealth {
  constructor(health: HealthRegistry, sync: PostgresSync) {
    health.register('sync', () => sync.healthCheck());
  }
}
