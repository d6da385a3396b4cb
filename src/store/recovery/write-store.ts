import { join } from 'node:path';
import { StopError, type Disk } from '../../platform/index.js';
import type { StoredContents } from '../document.js';
import { journalName, segmentName } from '../file-names.js';
import { createJournalFile } from '../journal/journal-file.js';
import { writeManifest } from '../segments/manifest.js';
import { SegmentSeries } from '../segments/segment-series.js';

const ROWS_PER_SEGMENT = 8_192;

/** What a store goes on from. */
export interface StoreOrigin {
  /** Ties store and database together. */
  storeId: string;
  embeddingModel: string;
  dimension: number;
  /** The contents are the state after this record; the journal begins behind it. */
  sequence: number;
  /** Its chain value. */
  chain: number;
  /** Marks: ids below these were given. */
  nextDocumentId: number;
  nextVectorId: number;
}

/**
 * Writes a whole new store folder. It is written beside, as `<folder>.new`, and put in place by one rename: a crash before it
 * leaves what was there. `folder` must be absent or empty.
 * @param contents ascending by first vector id; a document without chunks may stand anywhere
 */
export async function writeStore(options: {
  disk: Disk;
  /** `DATA_DIR/store`. */
  folder: string;
  origin: StoreOrigin;
  contents: AsyncIterable<StoredContents> | Iterable<StoredContents>;
  onProgress?: (documents: number, vectors: number) => void;
}): Promise<{ documents: number; vectors: number }> {
  const { disk, folder, origin, contents, onProgress } = options;
  const { storeId, embeddingModel, dimension, sequence, chain } = origin;
  const building = `${folder}.new`;
  await disk.removeTree(building);
  await disk.makeFolder(building);
  let segments = 0;
  const takeName = (): string => segmentName(++segments);
  const series = new SegmentSeries({
    disk,
    folder: building,
    dimension,
    rowsPerSegment: ROWS_PER_SEGMENT,
    lastSequence: sequence,
    takeName,
  });
  const counts = { documents: 0, vectors: 0 };
  for await (const one of contents) {
    await series.add(one);
    counts.documents++;
    counts.vectors += one.chunks.length;
    onProgress?.(counts.documents, counts.vectors);
  }
  const written = await series.finish();
  const header = { storeId, dimension, embeddingModel, firstSequence: sequence + 1, previousChain: chain };
  await createJournalFile(disk, join(building, journalName(sequence + 1)), header);
  await writeManifest(disk, building, 1, { ...origin, nextSegment: segments + 1, segments: written.map(({ entry }) => entry) });
  await putInPlace(disk, building, folder);
  return counts;
}

async function putInPlace(disk: Disk, building: string, folder: string): Promise<void> {
  const inTheWay = (await disk.list(folder)).at(0);
  if (inTheWay !== undefined)
    throw new StopError(
      `${folder} holds ${inTheWay}, so a new store cannot take its place. Nothing was changed. Move the folder away, then try again.`,
    );
  await disk.renameDurably(building, folder);
}
