import type { PostgresSync } from '../sync/index.js';
import type { SyncStateDto } from './dto/vector-statistics.dto.js';

export function syncState({ lag, lastSyncedAt }: PostgresSync): SyncStateDto {
  return { lag, last_synced_at: lastSyncedAt };
}
