/**
 * Opens what stands in `DATA_DIR/store`: the newest manifest whose files pass their checksums, then the journal behind it.
 * What is damaged is restored from an older manifest and the journal, which holds everything; what cannot be ends the start,
 * and names the file. Fewer records than were acknowledged are never served, and nothing is served empty because a file is
 * missing.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { FaissIndex } from '../../faiss-index/index.js';
import { StopError, type Disk } from '../../platform/index.js';
import { isTemporary, journalName, manifestName, parseJournalName, parseManifestName, parseSegmentPartName } from '../file-names.js';
import { createJournalFile, type JournalIdentity } from '../journal/journal-file.js';
import { recoverJournal } from '../journal/journal-recovery.js';
import type { Journal } from '../journal/journal.js';
import { quarantine } from './quarantine.js';
import { applyDeaths } from '../segments/apply-deaths.js';
import { readManifest, readManifestAlone, type Damage } from '../segments/manifest.js';
import { loadSegment, type SegmentAccess } from '../segments/segment-files.js';
import { SegmentSet, type ManifestContent, type NumberedManifest } from '../segments/segment-set.js';
import { SegmentsLostError } from '../store.errors.js';
import { StoreState } from '../store-state.js';

const logger = new Logger('StoreRecovery');

export interface OpenedStore {
  journal: Journal;
  state: StoreState;
  segments: SegmentSet;
}

export interface StoreSettings {
  /** `DATA_DIR/store`. */
  folder: string;
  dimension: number;
  embeddingModel: string;
}

export async function recoverStore(disk: Disk, faiss: FaissIndex, settings: StoreSettings): Promise<OpenedStore> {
  const { folder } = settings;
  await disk.makeFolder(folder);
  for (const name of await disk.list(folder)) if (isTemporary(name)) await disk.remove(join(folder, name));
  const names = await disk.list(folder);
  const found = await newestManifest(disk, folder, names);
  const isNew = !names.some(
    (name) => parseManifestName(name) !== null || parseJournalName(name) !== null || parseSegmentPartName(name) !== null,
  );
  if (isNew) await createFirstJournal(disk, settings);
  else assertWayBack(folder, found, names);
  const { journal, records } = await recoverJournal(disk, folder, found.manifest?.content ?? null);
  const state = await StoreState.create(faiss, settings.dimension);
  try {
    assertSameModel(journal.identity, settings);
    // not before it is known that all can be restored without them
    if (found.damaged.size > 0) await quarantine(disk, folder, found.damaged.keys());
    if (found.manifest) await loadSegments({ disk, faiss, folder, dimension: settings.dimension }, found.manifest.content, state);
    for (const record of records) await state.apply(record);
    const segments = found.manifest
      ? new SegmentSet(disk, folder, found.manifest, found.older, found.highest)
      : await SegmentSet.begin(disk, folder, firstManifest(journal.identity), found.highest + 1);
    await segments.tidy();
    return { journal, state, segments };
  } catch (error) {
    await closeFiles({ journal, state });
    throw error;
  }
}

export async function closeFiles({ journal, state }: Pick<OpenedStore, 'journal' | 'state'>): Promise<void> {
  await journal.close();
  await Promise.all(state.groups.map(({ source }) => source.close()));
}

interface FoundManifests {
  manifest: NumberedManifest | null;
  /** What stands before it, to fall back on. */
  older: NumberedManifest | null;
  /** The highest number that is known to have been given. */
  highest: number;
  /** Files that are damaged, and manifests that name them: what is wrong, by path. */
  damaged: ReadonlyMap<string, string>;
}

/** The newest manifest that is whole with all of its files. */
async function newestManifest(disk: Disk, folder: string, names: string[]): Promise<FoundManifests> {
  const numbers = names.map(parseManifestName).filter((number) => number !== null);
  let highest = 0;
  let manifest: NumberedManifest | null = null;
  const damaged = new Map<string, string>();
  for (const number of numbers.sort((a, b) => b - a)) {
    highest ||= number;
    // the older one's files are shared for the most part, and are verified when they are needed
    const found: ManifestContent | Damage = manifest
      ? await readManifestAlone(disk, folder, number)
      : await readManifest(disk, folder, number);
    if ('damage' in found) {
      logger.error(`${found.damage}: going back to what is older, and to the journal`);
      damaged.set(found.path, found.damage).set(join(folder, manifestName(number)), found.damage);
    } else if (manifest) return { manifest, older: { number, content: found }, highest, damaged };
    else manifest = { number, content: found };
  }
  return { manifest, older: null, highest, damaged };
}

/** Without a manifest it takes the whole journal. */
function assertWayBack(folder: string, { manifest, damaged }: FoundManifests, names: string[]): void {
  if (manifest || names.includes(journalName(1))) return;
  throw new SegmentsLostError(damaged.size === 0 ? `${folder} has no manifest` : [...new Set(damaged.values())].join(', and '));
}

async function createFirstJournal(disk: Disk, { folder, dimension, embeddingModel }: StoreSettings): Promise<void> {
  const header = { storeId: randomUUID(), dimension, embeddingModel, firstSequence: 1, previousChain: 0 };
  await createJournalFile(disk, join(folder, journalName(1)), header);
}

const firstManifest = (identity: JournalIdentity): ManifestContent => ({
  ...identity,
  sequence: 0,
  chain: 0,
  nextDocumentId: 1,
  nextVectorId: 1,
  nextSegment: 1,
  segments: [],
});

function assertSameModel(stored: JournalIdentity, settings: StoreSettings): void {
  if (stored.embeddingModel === settings.embeddingModel && stored.dimension === settings.dimension) return;
  throw new StopError(
    `${settings.folder} holds vectors of ${stored.embeddingModel} (${stored.dimension} dimensions), and EMBEDDING_MODEL=${settings.embeddingModel} makes ${settings.dimension}. ` +
      `Nothing was changed. Set EMBEDDING_MODEL=${stored.embeddingModel}, or embed all documents anew: npm run rebuild -- --source text.`,
  );
}

async function loadSegments(access: SegmentAccess, manifest: ManifestContent, state: StoreState): Promise<void> {
  const dead = new Set<number>();
  for (const entry of manifest.segments) {
    const { group, documents } = await loadSegment(access, entry);
    state.groups = [...state.groups, group];
    for (const id of group.changes.deadDocuments) state.documents.remove(id);
    for (const document of documents) state.documents.put(document);
    for (const id of group.changes.deadVectors) dead.add(id);
  }
  applyDeaths(state, dead);
  state.nextDocumentId = manifest.nextDocumentId;
  state.nextVectorId = manifest.nextVectorId;
  state.startChangesAfter(manifest.sequence);
}
