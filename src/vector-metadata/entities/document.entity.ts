import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** The engine's document, mirrored. */
@Entity('documents')
// TypeORM knows neither descending keys nor operator classes: the migration makes these, and the comparison leaves them alone.
@Index('idx_documents_newest', { synchronize: false })
@Index('idx_documents_owner_newest', { synchronize: false })
@Index('idx_documents_trigrams', { synchronize: false })
@Index('idx_documents_status', ['status'])
export class DocumentEntity {
  @PrimaryGeneratedColumn({ primaryKeyConstraintName: 'documents_pkey' })
  id: number;

  @Column('text', { name: 'owner_id', nullable: true })
  ownerId: string | null;

  @Column('text')
  title: string;

  @Column('boolean', { name: 'title_given' })
  titleGiven: boolean;

  @Column('text')
  filename: string;

  @Column('text', { name: 'mime_type' })
  mimeType: string;

  @Column('bigint', { name: 'size_bytes' })
  sizeBytes: string;

  @Column('text')
  sha256: string;

  @Column('jsonb')
  metadata: object;

  @Column('text')
  status: string;

  @Column('text', { name: 'error_code', nullable: true })
  errorCode: string | null;

  @Column('text', { name: 'error_detail', nullable: true })
  errorDetail: string | null;

  @Column('integer', { name: 'page_count', nullable: true })
  pageCount: number | null;

  @Column('integer', { name: 'char_count', nullable: true })
  charCount: number | null;

  @Column('integer', { name: 'chunk_count' })
  chunkCount: number;

  @Column('jsonb')
  warnings: object[];

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  @Column('timestamptz', { name: 'indexed_at', nullable: true })
  indexedAt: Date | null;

  @Column('bigint')
  generation: string;

  @Column('bigint', { name: 'text_generation', nullable: true })
  textGeneration: string | null;
}
