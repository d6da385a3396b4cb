import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { DocumentNotFoundError, RebuildSources, VectorStore, type StoredContents, type StoredDocument } from '../../store/index.js';
import { TextRebuild } from './text-rebuild.js';

/** Embeds documents again from their stored chunks, for an index that is built again by the model. */
@Injectable()
export class TextRebuildSource implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  constructor(
    private readonly store: VectorStore,
    private readonly rebuild: TextRebuild,
    sources: RebuildSources,
  ) {
    sources.register('text', (documents) => this.read(documents));
  }

  onModuleDestroy(): void {
    this.stopping.abort(new Error('the service is stopping'));
  }

  private async read(documents: readonly StoredDocument[]): Promise<StoredContents[]> {
    const contents: StoredContents[] = [];
    for (const { id } of documents) {
      const chunks = await this.chunksOf(id);
      const document = this.store.findDocument(id);
      if (chunks && document)
        contents.push({ document, chunks, vectors: await this.rebuild.vectorsOf(document, chunks, this.stopping.signal) });
    }
    return contents;
  }

  /** Null when the document was deleted meanwhile. */
  private async chunksOf(id: number) {
    try {
      return await this.store.readChunks(id);
    } catch (error) {
      if (error instanceof DocumentNotFoundError) return null;
      throw error;
    }
  }
}
