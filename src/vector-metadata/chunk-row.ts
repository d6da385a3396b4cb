/** A row of `vector_metadata` as the engine holds it, to be written. */
export interface ChunkRow {
  /** The row's `id` and its `faiss_index`. */
  readonly vectorId: number;
  readonly documentId: number;
  readonly chunkIndex: number;
  readonly text: string;
  readonly embeddingModel: string;
  readonly pageStart: number;
  readonly pageEnd: number;
  readonly charStart: number;
  readonly charEnd: number;
  /** Titles of the headings that it stands under, outermost first. */
  readonly headingPath: readonly string[];
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
}

/** A row as it stands in the database, whoever wrote it. */
export interface FoundChunk {
  id: number;
  documentId: number;
  chunkIndex: number;
  text: string;
  faissIndex: number;
  embeddingModel: string | null;
  chunkLength: number | null;
  createdAt: string | null;
  pageStart: number | null;
  pageEnd: number | null;
  charStart: number | null;
  charEnd: number | null;
}

export interface ChunkSearch {
  /** Part of the chunk's text, in any case. Absent: every chunk. */
  contains?: string;
  documentId?: number;
  ownerId?: string;
  /** The last id of the page before. */
  afterId?: number;
  limit: number;
}

/** What a row holds, in little: enough to tell whether it equals the engine's chunk. */
export interface ChunkPrint {
  /** The row's `id`. */
  vectorId: number;
  documentId: number;
  chunkIndex: number;
  faissIndex: number;
  /** As `chunkDigest` makes it. */
  digest: bigint;
}

/** Characters as JavaScript counts them (UTF-16 code units), as the spans do. */
export function chunkLength(text: string): number {
  return text.length;
}

/** As they are kept: a heading is one line, and one without words says nothing. */
export function headingsOf({ headingPath }: Pick<ChunkRow, 'headingPath'>): string[] {
  return headingPath.map((heading) => heading.replace(/\s*\n\s*/g, ' ')).filter((heading) => heading !== '');
}
