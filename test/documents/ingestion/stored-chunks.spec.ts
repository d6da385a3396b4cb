import { EmbeddingTexts } from '../../../src/documents/ingestion/embedding-texts.js';
import { IngestionPipeline } from '../../../src/documents/ingestion/ingestion-pipeline.js';
import { IngestionQueue } from '../../../src/documents/ingestion/ingestion-queue.js';
import { IngestionSource } from '../../../src/documents/ingestion/ingestion-source.js';
import { ExtractedTexts } from '../../../src/documents/originals/extracted-texts.js';
import { OriginalFiles } from '../../../src/documents/originals/original-files.js';
import { Disk, EventBus, HealthRegistry } from '../../../src/platform/index.js';
import type { ImportRequest, VectorStore } from '../../../src/store/index.js';
import { embeddingConfig } from '../../support/real-model.js';
import { SteeredEmbedder, SteeredReader } from '../../support/steered-ingestion.js';
import { DIMENSION, openStore, vectorOf } from '../../support/store-fixture.js';
import { makeTemporaryFolder } from '../../support/temporary-folder.js';
import { until } from '../../support/until.js';

const long = 'word '.repeat(500).trim();
const texts = ['Hold the button.', long, 'The lamp blinks.'];

describe('the chunks of a document without an original', () => {
  const folder = makeTemporaryFolder();
  let store: VectorStore;
  let embedder: SteeredEmbedder;
  let queue: IngestionQueue;
  let originals: OriginalFiles;
  afterAll(() => folder.remove());

  const open = async (): Promise<void> => {
    const [events, disk, data] = [new EventBus(), new Disk(), { dataDir: folder.path }];
    store = await openStore(folder.path, { events });
    embedder = new SteeredEmbedder(DIMENSION);
    originals = new OriginalFiles(data, disk);
    const extracted = new ExtractedTexts(data, disk);
    const source = new IngestionSource(store, new SteeredReader(), originals, new EmbeddingTexts(embeddingConfig()));
    queue = new IngestionQueue(store, events, new IngestionPipeline(store, source, embedder, extracted), new HealthRegistry());
    await originals.prepare((sha256) => store.hasContent(sha256));
    await extracted.prepare((id, generation) => store.findDocument(id)?.textGeneration === generation);
    queue.start();
  };
  const close = async (): Promise<void> => {
    await queue.onModuleDestroy();
    await store.close();
  };
  const request = (): ImportRequest => {
    let at = 0;
    const chunks = texts.map((text) => ({
      ...{ text, pageStart: 2, pageEnd: 3, charStart: (at += 5), charEnd: (at += text.length) },
      headingPath: text === long ? [] : ['Reset'],
    }));
    const vectors = new Float32Array(texts.length * DIMENSION);
    texts.forEach((_, n) => vectors.set(vectorOf(n + 1), n * DIMENSION));
    const attributes = {
      ownerId: null,
      title: 'X200',
      filename: 'x.pdf',
      mimeType: 'application/pdf',
      sha256: 'a'.repeat(64),
      metadata: {},
    };
    return { ...attributes, pageCount: 9, charCount: 9_999, chunks, vectors };
  };

  it('are embedded again as they are, also when the process ended in the middle of it', async () => {
    await open();
    const { document } = await store.importDocument(request());
    const before = await store.readContents(document.id);
    embedder.hold();
    await store.patchDocument(document.id, { title: 'X300' });
    await until(() => embedder.asked.length === 2);
    await close();

    await open();
    await until(() => store.getDocument(document.id).status === 'indexed');
    expect(embedder.asked).toEqual([
      'X300\nReset\nHold the button.',
      expect.stringMatching(/^X300\n(word ?)+$/),
      'X300\nReset\nThe lamp blinks.',
    ]);
    const after = await store.readContents(document.id);
    expect(after.chunks).toEqual(
      before.chunks.map((chunk, n) => ({ ...chunk, vectorId: after.chunks[n].vectorId, createdAt: after.chunks[n].createdAt })),
    );
    expect(after.document).toMatchObject({ title: 'X300', pageCount: 9, charCount: 9_999, sizeBytes: 0 });
    expect(after.document.warnings).toEqual([{ code: 'CHUNKS_TOO_LONG', detail: expect.stringContaining('1 chunks') as string }]);
    expect([...after.vectors]).not.toEqual([...before.vectors]);
    await close();
  });
});
