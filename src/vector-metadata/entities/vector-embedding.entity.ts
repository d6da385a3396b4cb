import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { VectorMetadataEntity } from './vector-metadata.entity.js';

/** A chunk's vector, so that the index can be rebuilt without the model. */
@Entity('vector_embeddings')
export class VectorEmbeddingEntity {
  @PrimaryColumn('integer', { name: 'vector_id', primaryKeyConstraintName: 'vector_embeddings_pkey' })
  vectorId: number;

  @OneToOne(() => VectorMetadataEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'vector_id', foreignKeyConstraintName: 'vector_embeddings_vector_id_fkey' })
  chunk: Relation<VectorMetadataEntity>;

  /** Little-endian float32. */
  @Column('bytea')
  embedding: Buffer;
}
