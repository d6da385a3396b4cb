/** All documents in memory, and the ways to find them. Changed by applying journal records, in order, and by nothing else. */
import type { StoredDocument } from './document.js';
import type { Run } from './segments/row-group.js';

interface Entry {
  document: StoredDocument;
  runs: readonly Run[];
}

const contentKey = (ownerId: string | null, sha256: string): string => `${sha256}|${ownerId === null ? '' : `=${ownerId}`}`;

export class DocumentTable {
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

  runsOf(id: number): readonly Run[] {
    return this.entries.get(id)?.runs ?? [];
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

  /** @param runs where its vectors stand from now on; as before when not given */
  put(document: StoredDocument, runs?: readonly Run[]): void {
    const before = this.entries.get(document.id);
    if (before) this.forgetContent(before.document);
    this.entries.set(document.id, { document, runs: runs ?? before?.runs ?? [] });
    this.idOfContent.set(contentKey(document.ownerId, document.sha256), document.id);
    this.documentsOfSha256.set(document.sha256, (this.documentsOfSha256.get(document.sha256) ?? 0) + 1);
    if (document.status === 'queued') this.queue.add(document.id);
    else this.queue.delete(document.id);
  }

  remove(id: number): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    this.forgetContent(entry.document);
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
