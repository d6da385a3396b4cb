import { DocumentEntity } from './document.entity.js';
import { SyncSetAsideEntity } from './sync-set-aside.entity.js';
import { SyncStateEntity } from './sync-state.entity.js';
import { VectorEmbeddingEntity } from './vector-embedding.entity.js';
import { VectorMetadataEntity } from './vector-metadata.entity.js';

export const entities = [DocumentEntity, VectorMetadataEntity, VectorEmbeddingEntity, SyncStateEntity, SyncSetAsideEntity];
