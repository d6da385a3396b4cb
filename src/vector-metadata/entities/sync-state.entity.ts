import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row that says which store's journal the database holds, and up to which record. */
@Entity('sync_state')
@Check('sync_state_single_row', '(id = 1)')
export class SyncStateEntity {
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'sync_state_pkey', default: 1 })
  id: number;

  @Column('uuid', { name: 'store_id' })
  storeId: string;

  @Column('bigint', { name: 'applied_seq' })
  appliedSequence: string;

  @Column('bigint')
  chain: string;

  @Column('timestamptz', { name: 'last_synced_at', nullable: true })
  lastSyncedAt: Date | null;
}
