import { IdsExhaustedError } from '../store.errors.js';
import type { StoredDocument } from '../document.js';
import type { StoreState } from '../store-state.js';

/** What an operation is checked against. */
export interface OperationContext {
  readonly state: StoreState;
  readonly dimension: number;
  readonly embeddingModel: string;
  /** Throws DocumentNotFoundError. */
  readonly getDocument: (id: number) => StoredDocument;
  /** ISO 8601; never goes back. */
  readonly now: () => string;
}

export const documentKey = (id: number): string => `document ${id}`;
export const contentKey = (ownerId: string | null, sha256: string): string =>
  `content ${sha256} ${ownerId === null ? '' : `of ${ownerId}`}`;

/** Ids are positive 32-bit integers. */
const ID_MAX = 2 ** 31 - 1;

export function assertIdLeft(id: number, what: 'document' | 'vector'): void {
  if (id > ID_MAX) throw new IdsExhaustedError(what);
}

/** Rough size of a record, for bounding a batch: attributes are small, texts dominate. */
export const jsonBytes = (document: StoredDocument, texts: readonly { text: string }[] = []): number =>
  texts.reduce((sum, { text }) => sum + text.length + 200, 1000 + document.title.length);
