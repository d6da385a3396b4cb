import type { Disk } from '../../platform/index.js';
import type { StoredContents, StoredDocument } from '../document.js';
import type { WrittenSegment } from './segment-files.js';
import { SegmentWriter } from './segment-writer.js';

export interface SeriesSettings {
  disk: Disk;
  folder: string;
  dimension: number;
  /** A segment is written when so many rows wait, so that memory stays bounded. */
  rowsPerSegment: number;
  /** The range of the journal that the segments hold together. */
  lastSequence: number;
  takeName: () => string;
}

/** Writes whole documents as flat segments, one after another: the base that nothing older stands behind. */
export class SegmentSeries {
  readonly segments: WrittenSegment[] = [];
  private waiting: StoredContents[] = [];
  private waitingRows = 0;
  private readonly withoutRows: StoredDocument[] = [];
  private lastVectorId = 0;

  constructor(private readonly settings: SeriesSettings) {}

  /** Vector ids must ascend from document to document. */
  async add(contents: StoredContents): Promise<void> {
    if (contents.chunks.length === 0) return void this.withoutRows.push(contents.document);
    for (const { vectorId } of contents.chunks) {
      if (vectorId <= this.lastVectorId) throw new Error(`vector ${vectorId} comes after vector ${this.lastVectorId}`);
      this.lastVectorId = vectorId;
    }
    this.waiting.push(contents);
    this.waitingRows += contents.chunks.length;
    if (this.waitingRows >= this.settings.rowsPerSegment) await this.write([]);
  }

  /** Everything is durable when this resolves; no manifest names it. */
  async finish(): Promise<WrittenSegment[]> {
    if (this.waitingRows > 0 || this.withoutRows.length > 0) await this.write(this.withoutRows);
    return this.segments;
  }

  private async write(withoutRows: readonly StoredDocument[]): Promise<void> {
    const { disk, folder, dimension, lastSequence, takeName } = this.settings;
    const [contents, rows] = [this.waiting, this.waitingRows];
    [this.waiting, this.waitingRows] = [[], 0];
    const writer = await SegmentWriter.begin(disk, folder, takeName(), rows, dimension);
    try {
      for (const { chunks, vectors } of contents)
        for (const [n, chunk] of chunks.entries()) await writer.add(chunk, vectors.subarray(n * dimension, (n + 1) * dimension));
      const documents = [...contents.map(({ document }) => document), ...withoutRows];
      const entry = await writer.finish({ firstSequence: 1, lastSequence, documents, deadDocuments: [], deadVectors: [] });
      const written = contents.flatMap(({ chunks }) => chunks);
      this.segments.push({
        entry,
        vectorIds: Int32Array.from(written, ({ vectorId }) => vectorId),
        documentIds: Int32Array.from(written, ({ documentId }) => documentId),
        changes: {
          documents: Int32Array.from(documents, ({ id }) => id).sort(),
          deadDocuments: new Int32Array(0),
          deadVectors: new Int32Array(0),
        },
      });
    } finally {
      await writer.close();
    }
  }
}
