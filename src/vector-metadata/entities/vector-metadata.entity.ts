import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { DocumentEntity } from './document.entity.js';

/** A chunk of a document's text. `id` and `faiss_index` are both the vector's own id. */
@Entity('vector_metadata')
@Index('idx_vector_document_id', ['documentId'])
@Index('idx_vector_document_chunk', ['documentId', 'chunkIndex'])
@Index('idx_vector_faiss_index', ['faissIndex'])
@Index('idx_vector_text_trigrams', { synchronize: false })
export class VectorMetadataEntity {
  @PrimaryGeneratedColumn({ primaryKeyConstraintName: 'vector_metadata_pkey' })
  id: number;

  @Column('integer', { name: 'document_id', nullable: true })
  documentId: number | null;

  @ManyToOne(() => DocumentEntity, { onDelete: 'CASCADE', nullable: true })
  @JoinColumn({ name: 'document_id', foreignKeyConstraintName: 'vector_metadata_document_id_fkey' })
  document: Relation<DocumentEntity> | null;

  @Column('integer', { name: 'chunk_index' })
  chunkIndex: number;

  @Column('text')
  text: string;

  @Column('integer', { name: 'faiss_index' })
  faissIndex: number;

  @Column('text', { name: 'embedding_model', nullable: true, default: 'all-MiniLM-L6-v2' })
  embeddingModel: string | null;

  @Column('integer', { name: 'chunk_length', nullable: true })
  chunkLength: number | null;

  @Column('timestamp', { name: 'created_at', nullable: true, default: () => 'CURRENT_TIMESTAMP' })
  createdAt: Date | null;

  @Column('integer', { name: 'page_start', nullable: true })
  pageStart: number | null;

  @Column('integer', { name: 'page_end', nullable: true })
  pageEnd: number | null;

  @Column('integer', { name: 'char_start', nullable: true })
  charStart: number | null;

  @Column('integer', { name: 'char_end', nullable: true })
  charEnd: number | null;

  @Column('text', { name: 'heading_path', array: true, default: () => "'{}'" })
  headingPath: string[];
}
