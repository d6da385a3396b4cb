import { join } from 'node:path';
import { flatIndexHeader } from '../../faiss-index/index.js';
import type { Disk } from '../../platform/index.js';
import type { StoredChunk, StoredDocument } from '../document.js';
import { segmentPartName, type SegmentPart } from '../file-names.js';
import type { FileSeal, SegmentEntry } from './manifest.js';
import { PartFile } from './part-file.js';
import { ROW_BYTES, RowEncoder } from './row-file.js';

/** What a segment says beside its rows. */
export interface SegmentRange {
  /** Sequence numbers of the journal's range that it holds, both inclusive. */
  firstSequence: number;
  lastSequence: number;
  /** As they are at the end of the range; none that died in it. */
  documents: Iterable<StoredDocument>;
  /** What died in the range and may stand in an older segment. */
  deadDocuments: Iterable<number>;
  deadVectors: Iterable<number>;
}

/** Writes a flat segment's files from chunks and vectors, as they come. They are durable, and named, after `finish`. */
export class SegmentWriter {
  private readonly encoder = new RowEncoder();
  private written = 0;

  private constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    readonly name: string,
    private readonly rows: number,
    private readonly parts: { rows: PartFile; texts: PartFile; vectors: PartFile | null },
  ) {}

  /** @param rows as many as will be added */
  static async begin(disk: Disk, folder: string, name: string, rows: number, dimension: number): Promise<SegmentWriter> {
    const begin = (part: SegmentPart): Promise<PartFile> => PartFile.begin(disk, join(folder, segmentPartName(name, part)));
    const vectors = rows > 0 ? await begin('vectors') : null;
    await vectors?.write(flatIndexHeader(rows, dimension));
    return new SegmentWriter(disk, folder, name, rows, { rows: await begin('rows'), texts: await begin('texts'), vectors });
  }

  /** @param isLive whether the row's text is kept */
  async add(chunk: StoredChunk, vector: Float32Array, isLive = true): Promise<void> {
    const { row, text } = this.encoder.encode(chunk, isLive);
    await this.parts.rows.write(row);
    if (text.length > 0) await this.parts.texts.write(text);
    await this.parts.vectors!.write(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
    this.written++;
  }

  async finish(range: SegmentRange): Promise<SegmentEntry> {
    if (this.written !== this.rows) throw new Error(`${this.written} rows were given for a segment of ${this.rows}`);
    const { firstSequence, lastSequence } = range;
    const files: SegmentEntry['files'] = {};
    if (this.parts.vectors) files.vectors = await this.parts.vectors.finish();
    files.rows = await this.parts.rows.finish();
    files.texts = await this.parts.texts.finish();
    files.documents = await writeDocuments(this.disk, this.folder, this.name, range);
    return { name: this.name, kind: 'flat', firstSequence, lastSequence, rows: this.rows, rowBytes: ROW_BYTES, files };
  }

  /** For a segment that is given up; its files are the caller's to remove. Idempotent. */
  async close(): Promise<void> {
    for (const part of Object.values(this.parts)) await part?.close();
  }
}

/** The first line says what died, then a document a line. */
export async function writeDocuments(
  disk: Disk,
  folder: string,
  name: string,
  {
    documents,
    deadDocuments,
    deadVectors,
  }: Pick<SegmentRange, 'deadDocuments' | 'deadVectors'> & { documents: Iterable<StoredDocument> | AsyncIterable<string> },
): Promise<FileSeal> {
  const file = await PartFile.begin(disk, join(folder, segmentPartName(name, 'documents')));
  const line = (json: string): Promise<void> => file.write(Buffer.from(`${json}\n`, 'utf8'));
  try {
    await line(JSON.stringify({ deadDocuments: [...deadDocuments], deadVectors: [...deadVectors] }));
    for await (const document of documents) await line(typeof document === 'string' ? document : JSON.stringify(document));
    return await file.finish();
  } finally {
    await file.close();
  }
}
