import { Injectable } from '@nestjs/common';
import { DocumentNotFoundError, VectorStore, type ChunkHit, type StoredChunk } from '../../store/index.js';
import type { HitContext } from '../search-request.js';

/** Reads what stands around a hit: a passage alone is often too short to answer from. */
@Injectable()
export class HitContexts {
  constructor(private readonly store: VectorStore) {}

  /**
   * The hit's chunk with `neighbours` chunks on either side, as far as its document reaches. Undefined when the document was
   * replaced or deleted since it was found: a new version's text is not around the old one's passage.
   */
  async of({ document, chunk }: ChunkHit, neighbours: number): Promise<HitContext | undefined> {
    const first = Math.max(0, chunk.chunkIndex - neighbours);
    const around = await this.read(document.id, first, chunk.chunkIndex + neighbours + 1);
    if (around[chunk.chunkIndex - first]?.vectorId !== chunk.vectorId) return undefined;
    const last = around[around.length - 1];
    return {
      text: joined(around),
      chunkIndexStart: around[0].chunkIndex,
      chunkIndexEnd: last.chunkIndex,
      charStart: around[0].charStart,
      charEnd: Math.max(...around.map(({ charEnd }) => charEnd)),
      pageStart: around[0].pageStart,
      pageEnd: Math.max(...around.map(({ pageEnd }) => pageEnd)),
    };
  }

  private async read(documentId: number, start: number, end: number): Promise<StoredChunk[]> {
    try {
      return await this.store.readChunks(documentId, { start, end });
    } catch (error) {
      if (error instanceof DocumentNotFoundError) return [];
      throw error;
    }
  }
}

/** Neighbours repeat each other's end; where they leave something out, it was blank. */
function joined(chunks: readonly StoredChunk[]): string {
  let text = chunks[0].text;
  let reached = chunks[0].charEnd;
  for (const chunk of chunks.slice(1)) {
    text += chunk.charStart > reached ? `\n${chunk.text}` : chunk.text.slice(reached - chunk.charStart);
    reached = Math.max(reached, chunk.charEnd);
  }
  return text;
}
