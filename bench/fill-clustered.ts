import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Disk } from '../src/platform/index.js';
import { writeStore, type StoredContents, type VectorStore } from '../src/store/index.js';
import type { ClusteredDocuments } from './clustered-documents.js';
import { chunksPerDocument } from './clustered-vectors.js';
import { storeConfig, withStore } from './open-store.js';
import { count, progress } from './report.js';
import { choiceSetting } from './settings.js';

/** Writes under way at once: they share the journal's fdatasync. */
const writesAtOnce = 32;
/** From here on the store's files are written at once, instead of document by document through the journal. */
const writtenFrom = 200_000;

/**
 * Fills an empty data folder and waits until its segments are merged. HVS_BENCH_FILL=import takes the way of every write,
 * through the journal; `write` makes the store's files at once, as a rebuild does, and is quicker.
 */
export async function fillClustered(dataDir: string, documents: ClusteredDocuments): Promise<void> {
  const way = choiceSetting('HVS_BENCH_FILL', ['import', 'write'], documents.vectorCount >= writtenFrom ? 'write' : 'import');
  progress(`filling a store with ${count(documents.vectorCount)} vectors (${way})`);
  if (way === 'write') await writeAtOnce(dataDir, documents);
  await withStore(
    dataDir,
    async (store, { merged }) => {
      if (way === 'import') await importDocuments(store, documents, 0, documents.count);
      progress('merging its segments');
      await merged();
      progress(`filled: ${segmentsOf(store)}`);
    },
    { merging: true },
  );
}

/** Documents `from` (inclusive) to `to` (exclusive), many at a time. */
export async function importDocuments(store: VectorStore, documents: ClusteredDocuments, from: number, to: number): Promise<void> {
  await manyAtOnce(from, to, (document) => store.importDocument(documents.importRequest(document)));
}

/** Deletes documents by their ids in the store, many at a time. */
export async function deleteDocuments(store: VectorStore, ids: readonly number[]): Promise<void> {
  const start = performance.now();
  await manyAtOnce(0, ids.length, (at) => store.deleteDocument(ids[at]));
  progress(`deleted ${count(ids.length)} documents, ${count((1000 * ids.length) / (performance.now() - start))} a second`);
}

export function segmentsOf(store: VectorStore): string {
  return store
    .statistics()
    .segments.map(
      ({ kind, vectorsLive, vectorsDead }) => `${kind} ${count(vectorsLive)}${vectorsDead > 0 ? ` (+${count(vectorsDead)} dead)` : ''}`,
    )
    .join(', ');
}

async function manyAtOnce(from: number, to: number, work: (number: number) => Promise<unknown>): Promise<void> {
  let next = from;
  const workOn = async (): Promise<void> => {
    while (next < to) await work(next++);
  };
  await Promise.all(Array.from({ length: writesAtOnce }, workOn));
}

async function writeAtOnce(dataDir: string, documents: ClusteredDocuments): Promise<void> {
  const { embedding } = storeConfig(dataDir);
  await writeStore({
    disk: new Disk(),
    folder: join(dataDir, 'store'),
    origin: {
      ...{ storeId: randomUUID(), embeddingModel: embedding.model, dimension: embedding.dimension },
      ...{ sequence: documents.count, chain: documents.count },
      ...{ nextDocumentId: documents.count + 1, nextVectorId: documents.count * chunksPerDocument + 1 },
    },
    contents: allContents(documents),
  });
}

function* allContents(documents: ClusteredDocuments): Iterable<StoredContents> {
  for (let document = 0; document < documents.count; document++) yield documents.contents(document);
}
