import { crc32 } from 'node:zlib';
import { TextRebuild } from '../../src/documents/index.js';
import { WorkerEmbedder, type Embedder } from '../../src/embedding/index.js';
import { WorkerFaissIndex } from '../../src/faiss-index/index.js';
import { Disk, HealthRegistry, ProcessStop, StopError, type Config } from '../../src/platform/index.js';
import {
  openVectorStore,
  readStoreIdentity,
  replaceStore,
  storeFolder,
  type FoundStore,
  type StoredContents,
  type VectorStore,
} from '../../src/store/index.js';
import { say } from '../terminal.js';
import { confirm } from './confirmation.js';
import { progressLines } from './progress-lines.js';

class ModelGone extends ProcessStop {
  stop(reason: Error): void {
    console.error(reason.message);
    process.exit(1);
  }
}

/**
 * All stored chunks are embedded with the configured model, and a new store of its vectors takes the old one's place. What
 * was done when it is broken off is done again the next time.
 */
export async function embedAnew(config: Config, yes: boolean): Promise<void> {
  const embedder = new WorkerEmbedder(config.embedding, new ModelGone(), new HealthRegistry());
  try {
    await embedder.ready();
    await embedAnewWith(embedder, config, yes);
  } finally {
    await embedder.close();
  }
}

export async function embedAnewWith(embedder: Embedder, config: Config, yes: boolean): Promise<void> {
  const disk = new Disk();
  const { data, embedding } = config;
  const folder = storeFolder(data.dataDir);
  const identity = await readStoreIdentity(disk, folder);
  if (!identity)
    throw new StopError(`${folder} holds no store. Nothing was changed. npm start makes it from the database, or begins a new one.`);
  const faiss = new WorkerFaissIndex();
  await faiss.onModuleInit();
  try {
    const { dimension, embeddingModel } = identity;
    const store = await openVectorStore({ faiss, dataDir: data.dataDir, dimension, embeddingModel });
    try {
      const { vectorsLive, documents } = store.statistics();
      say(`${folder} holds ${documents} documents with ${vectorsLive} vectors of ${embeddingModel}.`);
      say(`All of them will be embedded with ${embedding.model}; the old folder will be put aside.`);
      await confirm(yes);
      const found = { origin: await originOf(store, config), contents: contentsOf(store, TextRebuild.offline(embedder, config)) };
      // nobody writes to it, so it may stay open for reading until the new one is whole
      const done = await replaceStore(disk, data.dataDir, found, { keepJournal: false, onProgress: progressLines(vectorsLive) });
      say(`${folder} holds ${done.documents} documents and ${done.vectors} vectors of ${embedding.model}.`);
      say(`The old folder is ${done.replaced}. Remove it when you need it no more.`);
      say('Start the service (npm start): it brings PostgreSQL to the new vectors by itself, and shows the lag meanwhile.');
    } finally {
      await store.close();
    }
  } finally {
    await faiss.close();
  }
}

/**
 * The new store counts the rebuild as a record that no journal holds: a database as of any record before it is then brought
 * to the new vectors by comparison.
 */
async function originOf(store: VectorStore, { embedding }: Config): Promise<FoundStore['origin']> {
  const before = (await store.chainAt(store.lastSequence)) ?? 0;
  return {
    storeId: store.storeId,
    embeddingModel: embedding.model,
    dimension: embedding.dimension,
    sequence: store.lastSequence + 1,
    chain: crc32(`embedded anew with ${embedding.model}`, before),
    ...store.statistics().marks,
  };
}

async function* contentsOf(store: VectorStore, rebuild: TextRebuild): AsyncGenerator<StoredContents> {
  const { signal } = new AbortController();
  const order = Array.from(store.documents(), ({ id }) => ({ id, first: store.vectorIds(id)[0] ?? 0 })).sort((a, b) => a.first - b.first);
  for (const { id } of order) {
    const [document, chunks] = [store.getDocument(id), await store.readChunks(id)];
    yield { document, chunks, vectors: await rebuild.vectorsOf(document, chunks, signal) };
  }
}
