import { Injectable } from '@nestjs/common';
import type { Sql } from '../platform/index.js';

export interface SyncState {
  storeId: string;
  /** The database holds exactly the journal's records up to this one: the watermark. */
  appliedSequence: number;
  /** Chain value of that record; 0 before the first. */
  chain: number;
  /** ISO 8601 in UTC; null while nothing was applied. */
  lastSyncedAt: string | null;
}

/** A record that is not in the rows, and why. */
export interface SetAside {
  sequence: number;
  documentId: number;
  /** Null when something else than PostgreSQL refused it. */
  sqlstate: string | null;
  message: string;
}

const NUL = String.fromCharCode(0);

/** The watermark, and the records that were set aside under it. Every call belongs to a transaction of the caller's. */
@Injectable()
export class SyncStateRepository {
  async find(sql: Sql): Promise<SyncState | undefined> {
    const [row] = await sql.query<{ store_id: string; applied_seq: string; chain: string; last_synced_at: Date | null }>(
      'SELECT store_id, applied_seq, chain, last_synced_at FROM sync_state',
    );
    if (!row) return undefined;
    return {
      storeId: row.store_id,
      appliedSequence: Number(row.applied_seq),
      chain: Number(row.chain),
      lastSyncedAt: row.last_synced_at?.toISOString() ?? null,
    };
  }

  /** Gives a new database to a store, unless another process did so in this moment. */
  async create(sql: Sql, storeId: string): Promise<void> {
    await sql.execute('INSERT INTO sync_state (store_id, applied_seq, chain) VALUES ($1, 0, 0) ON CONFLICT DO NOTHING', [storeId]);
  }

  /** Gives a database that holds no record yet to another store. */
  async give(sql: Sql, storeId: string): Promise<void> {
    await sql.execute('UPDATE sync_state SET store_id = $1 WHERE applied_seq = 0', [storeId]);
  }

  /** Moves the watermark. False when it was not at `from`: the transaction must then be rolled back. */
  async advance(sql: Sql, from: number, to: { sequence: number; chain: number; at: string }): Promise<boolean> {
    const moved = await sql.execute('UPDATE sync_state SET applied_seq = $2, chain = $3, last_synced_at = $4 WHERE applied_seq = $1', [
      from,
      to.sequence,
      to.chain,
      to.at,
    ]);
    return moved === 1;
  }

  /** By sequence number, ascending. */
  async setAsides(sql: Sql): Promise<SetAside[]> {
    const rows = await sql.query<{ sequence: string; document_id: number; sqlstate: string | null; message: string }>(
      'SELECT sequence, document_id, sqlstate, message FROM sync_set_aside ORDER BY sequence',
    );
    return rows.map(({ sequence, document_id, sqlstate, message }) => ({
      sequence: Number(sequence),
      documentId: document_id,
      sqlstate,
      message,
    }));
  }

  async setAside(sql: Sql, entry: SetAside): Promise<void> {
    await sql.execute(
      `INSERT INTO sync_set_aside (sequence, document_id, sqlstate, message) VALUES ($1, $2, $3, $4)
       ON CONFLICT (sequence) DO UPDATE SET sqlstate = excluded.sqlstate, message = excluded.message`,
      [entry.sequence, entry.documentId, entry.sqlstate, entry.message.replaceAll(NUL, '')],
    );
  }

  /** All documents are whole again but these. */
  async clearSetAsideExcept(sql: Sql, documentIds: readonly number[]): Promise<void> {
    await sql.execute('DELETE FROM sync_set_aside WHERE NOT document_id = ANY($1::int[])', [documentIds]);
  }

  /** The documents are whole again. */
  async clearSetAside(sql: Sql, documentIds: readonly number[]): Promise<void> {
    await sql.execute('DELETE FROM sync_set_aside WHERE document_id = ANY($1::int[])', [documentIds]);
  }
}
