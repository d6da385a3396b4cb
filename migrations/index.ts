import { CreateDocuments1764000000000 } from './1764000000000-create-documents.js';
import { CreateVectorMetadata1764000001000 } from './1764000001000-create-vector-metadata.js';
import { CreateVectorEmbeddings1764000002000 } from './1764000002000-create-vector-embeddings.js';
import { CreateSyncState1764000003000 } from './1764000003000-create-sync-state.js';
import { IndexTrigrams1764000004000 } from './1764000004000-index-trigrams.js';
import { AddHeadingPath1764000005000 } from './1764000005000-add-heading-path.js';
import { NumberDocuments1764000006000 } from './1764000006000-number-documents.js';

/** Oldest first. A new migration is added at the end. */
export const migrations = [
  CreateDocuments1764000000000,
  CreateVectorMetadata1764000001000,
  CreateVectorEmbeddings1764000002000,
  CreateSyncState1764000003000,
  IndexTrigrams1764000004000,
  AddHeadingPath1764000005000,
  NumberDocuments1764000006000,
];
