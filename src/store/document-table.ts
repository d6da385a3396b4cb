/** All documents in memory, and the ways to find them. Changed by applying journal records, in order, and by nothing else. */
import type { StoredDocument } from './document.js';
import { AttributeIndex } from './search/attribute-index.js';

/** Consecutive vector ids: those of one save. */
export interface IdRange {
  readonly first: number;
  readonly count: number;
}

interface Entry {
  document: StoredDocument;
  /** Ids of its vectors, in chunk order. */
  ranges: readonly IdRange[];
}

const contentKey = (ownerId: string | null, sha256: string): string => `${sha256}|${ownerId === null ? '' : `=${ownerId}`}`;

export class DocumentTable {
  /** The same documents by what filters ask for. */
  readonly attributes = new AttributeIndex();
  private readonly entries = new Map<number, Entry>();
  private readonly idOfContent = new Map<string, number>();
  private readonly documentsOfSha256 = new Map<string, number>();
  private readonly queue = new Set<number>();

  get size(): number {
    return this.entries.size;
  }

  find(id: number): StoredDocument | undefined {
    return this.entries.get(id)?.document;
  }

  rangesOf(id: number): readonly IdRange[] {
    return this.entries.get(id)?.ranges ?? [];
  }

  /** Whether the vector is one that the document has now. */
  holds(id: number, vectorId: number): boolean {
    return this.rangesOf(id).some(({ first, count }) => vectorId >= first && vectorId < first + count);
  }

  findByContent(ownerId: string | null, sha256: string): StoredDocument | undefined {
    const id = this.idOfContent.get(contentKey(ownerId, sha256));
    return id === undefined ? undefined : this.find(id);
  }

  hasContent(sha256: string): boolean {
    return this.documentsOfSha256.has(sha256);
  }

  *unordered(): Iterable<StoredDocument> {
    for (const { document } of this.entries.values()) yield document;
  }

  /** By id, ascending. */
  *all(): Iterable<StoredDocument> {
    for (const id of [...this.entries.keys()].sort((a, b) => a - b)) yield this.entries.get(id)!.document;
  }

  /** In the order in which they were queued, which is that of their generations. */
  queued(): StoredDocument[] {
    return [...this.queue].map((id) => this.entries.get(id)!.document).sort((a, b) => a.generation - b.generation);
  }

  /** @param ranges of its vectors from now on; as before when not given */
  put(document: StoredDocument, ranges?: readonly IdRange[]): void {
    const before = this.entries.get(document.id);
    if (before) this.forgetContent(before.document);
    this.attributes.change(before?.document, document);
    this.entries.set(document.id, { document, ranges: ranges ?? before?.ranges ?? [] });
    this.idOfContent.set(contentKey(document.ownerId, document.sha256), document.id);
    this.documentsOfSha256.set(document.sha256, (this.documentsOfSha256.get(document.sha256) ?? 0) + 1);
    if (document.status === 'queued') this.queue.add(document.id);
    else this.queue.delete(document.id);
  }

  remove(id: number): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    this.forgetContent(entry.document);
    this.attributes.change(entry.document, undefined);
    this.entries.delete(id);
    this.queue.delete(id);
  }

  private forgetContent({ id, ownerId, sha256 }: StoredDocument): void {
    const key = contentKey(ownerId, sha256);
    if (this.idOfContent.get(key) === id) this.idOfContent.delete(key);
    const left = (this.documentsOfSha256.get(sha256) ?? 1) - 1;
    if (left > 0) this.documentsOfSha256.set(sha256, left);
    else this.documentsOfSha256.delete(sha256);
  }
}
