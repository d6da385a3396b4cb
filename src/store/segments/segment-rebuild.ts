/**
 * Writes all segments anew from another source, beside the service: searches go on with the old ones until one manifest
 * switches the new ones in, and what is written meanwhile stands in the tail behind them.
 */
import type { ReadContents } from '../rebuild-sources.js';
import type { StoredContents, StoredDocument } from '../document.js';
import type { IdRange } from '../document-table.js';
import { RebuildIncompleteError } from '../store.errors.js';
import type { StoreState } from '../store-state.js';
import { closeGroup, swapGroups } from './group-swap.js';
import type { RowGroup } from './row-group.js';
import { openGroup, removeSegment, type SegmentAccess, type WrittenSegment } from './segment-files.js';
import { SegmentSeries } from './segment-series.js';
import type { SegmentSet } from './segment-set.js';
import { rowWithoutUnitLength } from '../unit-length.js';

/** Vectors that are asked of the source at a time. */
const ROWS_PER_READ = 2_000;

export interface RebuildOptions {
  /** Vectors that were written, and that there are in all. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

interface Wanted {
  document: StoredDocument;
  ranges: readonly IdRange[];
}

/** Nothing else replaces segments meanwhile, and the tail was sealed just before. Rejects with RebuildIncompleteError. */
export async function rebuildSegments(
  files: SegmentAccess & { sealVectors: number },
  state: StoreState,
  segments: SegmentSet,
  read: ReadContents,
  options: RebuildOptions = {},
): Promise<{ documents: number; vectors: number }> {
  const { segments: entries, sequence } = segments.manifest;
  const replaced = state.groups.slice(0, entries.length).map((group) => ({ group, taken: group.liveCopy() }));
  if (replaced.length === 0) return { documents: 0, vectors: 0 };
  const names: string[] = [];
  const takeName = (): string => {
    names.push(segments.takeName());
    return names[names.length - 1];
  };
  const { disk, folder, dimension, sealVectors } = files;
  const series = new SegmentSeries({ disk, folder, dimension, rowsPerSegment: sealVectors, lastSequence: sequence, takeName });
  try {
    const wanted = documentsOf(
      state,
      replaced.map(({ group }) => group),
    );
    const counts = await copyAll(state, wanted, read, series, options);
    await switchTo(files, state, segments, replaced, await series.finish());
    return counts;
  } catch (error) {
    for (const name of names) await removeSegment(disk, folder, name).catch(() => undefined); // else the next start removes them
    throw error;
  } finally {
    for (const name of names) segments.giveName(name);
  }
}

/** All documents; with those of their vectors that stand in the groups, in the order of their ids. */
function documentsOf(state: StoreState, groups: readonly RowGroup[]): Wanted[] {
  const end = groups.reduce((last, group) => (group.rows > 0 ? group.vectorIds(group.rows - 1, 1)[0] : last), 0);
  const wanted = Array.from(state.documents.unordered(), (document) => ({
    document,
    ranges: state.documents.rangesOf(document.id).filter(({ first }) => first <= end),
  }));
  return wanted.sort((a, b) => (a.ranges[0]?.first ?? 0) - (b.ranges[0]?.first ?? 0));
}

async function copyAll(
  state: StoreState,
  wanted: readonly Wanted[],
  read: ReadContents,
  series: SegmentSeries,
  { onProgress, signal }: RebuildOptions,
): Promise<{ documents: number; vectors: number }> {
  const total = wanted.reduce((sum, one) => sum + rowsOf(one), 0);
  let [done, documents] = [0, 0];
  for (const batch of batchesOf(wanted)) {
    signal?.throwIfAborted();
    const asked = batch.filter(({ ranges }) => ranges.length > 0);
    const found = new Map((await read(asked.map(({ document }) => document))).map((contents) => [contents.document.id, contents]));
    for (const one of batch) {
      const contents =
        one.ranges.length === 0 ? { document: one.document, chunks: [], vectors: new Float32Array(0) } : wholeOf(state, one, found);
      if (contents) await series.add({ ...contents, document: one.document });
      documents++;
    }
    done += batch.reduce((sum, one) => sum + rowsOf(one), 0);
    onProgress?.(done, total);
  }
  return { documents, vectors: total };
}

const rowsOf = ({ ranges }: Wanted): number => ranges.reduce((sum, { count }) => sum + count, 0);

function* batchesOf(wanted: readonly Wanted[]): Generator<Wanted[]> {
  let batch: Wanted[] = [];
  let rows = 0;
  for (const one of wanted) {
    batch.push(one);
    rows += rowsOf(one);
    if (rows < ROWS_PER_READ && batch.length < ROWS_PER_READ) continue;
    yield batch;
    [batch, rows] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** Null for what changed meanwhile: its old vectors are dead, and the new ones are not in these segments. */
function wholeOf(state: StoreState, { document, ranges }: Wanted, found: ReadonlyMap<number, StoredContents>): StoredContents | null {
  const contents = found.get(document.id);
  const expected = ranges.flatMap(({ first, count }) => Array.from({ length: count }, (_, n) => first + n));
  const isWhole =
    contents !== undefined &&
    contents.chunks.length === expected.length &&
    contents.chunks.every(({ vectorId }, n) => vectorId === expected[n]) &&
    contents.vectors.length === expected.length * state.dimension;
  if (isWhole && rowWithoutUnitLength(contents.vectors, state.dimension) === undefined) return contents;
  if (!state.documents.holds(document.id, expected[0])) return null;
  throw new RebuildIncompleteError(
    document.id,
    contents === undefined
      ? 'the source does not have it'
      : isWhole
        ? 'the source has a vector of it that has no unit length'
        : `the source does not have the ${expected.length} vectors that it has in the store`,
  );
}

async function switchTo(
  files: SegmentAccess,
  state: StoreState,
  segments: SegmentSet,
  replaced: readonly { group: RowGroup; taken: Uint8Array }[],
  written: readonly WrittenSegment[],
): Promise<void> {
  const groups: RowGroup[] = [];
  try {
    for (const segment of written) groups.push(await openGroup(files, segment));
    await segments.change((manifest) => ({
      ...manifest,
      segments: [...written.map(({ entry }) => entry), ...manifest.segments.slice(replaced.length)],
    }));
  } catch (error) {
    for (const group of groups) closeGroup(files.faiss, group);
    throw error;
  }
  swapGroups(state, files.faiss, replaced, groups);
}
