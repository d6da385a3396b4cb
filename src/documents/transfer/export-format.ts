/** One format for both directions: a header line, then a document a line. */
export const EXPORT_FORMAT = 'hvs-export/1';
export const NDJSON_TYPE = 'application/x-ndjson';

/** Bytes of one line that is taken in: some 20,000 chunks with their vectors. */
export const LINE_BYTES_MAX = 64 * 1024 * 1024;

export interface HeaderJson {
  format: string;
  embedding_model?: string;
  dimension?: number;
  documents?: number;
}

export interface ChunkJson {
  text: string;
  page_start?: number;
  page_end?: number;
  char_start?: number;
  char_end?: number;
  heading_path?: string[];
  vector?: string | number[];
}

export interface DocumentJson {
  title: string;
  filename?: string;
  mime_type?: string;
  owner_id?: string | null;
  metadata?: object;
  sha256?: string;
  created_at?: string;
  page_count?: number | null;
  char_count?: number | null;
  embedding_model?: string;
  chunks: ChunkJson[];
}

/** Names that a line may have: what is not among them is refused, never ignored. */
export const HEADER_FIELDS: ReadonlySet<string> = new Set([
  'format',
  'embedding_model',
  'dimension',
  'documents',
] satisfies (keyof HeaderJson)[]);
export const DOCUMENT_FIELDS: ReadonlySet<string> = new Set([
  ...['title', 'filename', 'mime_type', 'owner_id', 'metadata', 'sha256', 'created_at'],
  ...['page_count', 'char_count', 'embedding_model', 'chunks'],
]);
export const CHUNK_FIELDS: ReadonlySet<string> = new Set([
  ...['text', 'page_start', 'page_end', 'char_start', 'char_end', 'heading_path', 'vector'],
]);
