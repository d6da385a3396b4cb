import type { PostgresSync } from '../sync/index.js';
import type { SyncStateDto } from './dto/vector-statistics.dto.js';

export function syncState(sync: PostgresSync): SyncStateDto {
  const { lag, lastSyncedAt } = sync.status();
  return { lag, last_synced_at: lastSyncedAt };
}
