/** A row of `documents`, as the engine holds the document. */
export interface DocumentRow {
  readonly id: number;
  readonly ownerId: string | null;
  readonly title: string;
  readonly titleGiven: boolean;
  readonly filename: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly metadata: object;
  readonly status: string;
  readonly error: { readonly code: string; readonly detail: string } | null;
  readonly pageCount: number | null;
  readonly charCount: number | null;
  readonly chunkCount: number;
  readonly warnings: readonly object[];
  /** ISO 8601 in UTC, as all times here. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly indexedAt: string | null;
  readonly generation: number;
  readonly textGeneration: number | null;
}

/** Which documents a list shows, newest first. What is absent does not restrict. */
export interface DocumentPageRequest {
  ownerId?: string;
  statuses?: string[];
  /** Of `statuses`, none of these. */
  exceptIds?: number[];
  /** These too, whatever their status; without `statuses` only these. */
  ids?: number[];
  /** Part of the title or of the filename, in any case. */
  text?: string;
  /** The last document of the page before. */
  after?: { createdAt: string; id: number };
  limit: number;
}
