import { Injectable, Logger } from '@nestjs/common';
import { VectorStore, type AcceptRequest, type AcceptResult, type JsonObject, type StoredDocument } from '../store/index.js';
import { ExtractedTexts } from './originals/extracted-texts.js';
import { OriginalFiles } from './originals/original-files.js';
import type { StagedFile } from './upload/upload-storage.js';

/** What a person says of a document that comes in. */
export interface DocumentLabels {
  ownerId: string | null;
  /** Null: the title is found in the file. */
  title: string | null;
  /** What it is called until then. */
  provisionalTitle: string;
  filename: string;
  mimeType: string;
  metadata: JsonObject;
}

/** Changes to documents, each with the files in `files/` that belong to it. */
@Injectable()
export class DocumentsService {
  private readonly logger = new Logger(DocumentsService.name);

  constructor(
    private readonly store: VectorStore,
    private readonly originals: OriginalFiles,
    private readonly texts: ExtractedTexts,
  ) {}

  /** Durable when it resolves, document and original. What is refused leaves no original behind. */
  accept(file: StagedFile, labels: DocumentLabels): Promise<AcceptResult> {
    const { sha256, sizeBytes } = file;
    const { ownerId, title, provisionalTitle, filename, mimeType, metadata } = labels;
    const request: AcceptRequest = {
      ...{ ownerId, filename, mimeType, sizeBytes, sha256, metadata },
      title: title ?? provisionalTitle,
      titleGiven: title !== null,
    };
    return this.originals.withLock(sha256, async () => {
      try {
        await this.originals.place(file.path, sha256);
        return await this.store.acceptDocument(request);
      } catch (error) {
        await this.removeOriginalIfUnneeded(sha256);
        throw error;
      }
    });
  }

  change(id: number, change: { title?: string; metadata?: JsonObject; ownerId?: string | null }): Promise<StoredDocument> {
    return this.store.patchDocument(id, change);
  }

  reindex(id: number): Promise<StoredDocument> {
    return this.store.requeueDocument(id);
  }

  /** The document is gone from every search when this resolves, and its original when no other document shares it. */
  async delete(id: number): Promise<{ deletedVectors: number }> {
    const { sha256 } = this.store.getDocument(id);
    return this.originals.withLock(sha256, async () => {
      const { document, deletedVectors } = await this.store.deleteDocument(id);
      await this.removeOriginalIfUnneeded(sha256);
      const { textGeneration } = document;
      if (textGeneration !== null) await this.tidy(() => this.texts.remove(id, textGeneration));
      return { deletedVectors };
    });
  }

  private async removeOriginalIfUnneeded(sha256: string): Promise<void> {
    if (!this.store.hasContent(sha256)) await this.tidy(() => this.originals.remove(sha256));
  }

  /** A file that stays is no reason to fail a call that is decided: the next start removes it. */
  private async tidy(remove: () => Promise<void>): Promise<void> {
    try {
      await remove();
    } catch (error) {
      this.logger.warn(`A file that no document needs stays until the next start: ${String(error)}`);
    }
  }
}
