import { existsSync } from 'node:fs';
import { Test } from '@nestjs/testing';
import { DocumentReader, ProcessDocumentReader, readingProviders, type ReadProgress } from '../../../src/documents/reading/index.js';
import { ChunkingConfig, DataConfig, EmbeddingConfig, ExtractionConfig } from '../../../src/platform/index.js';
import { linesPage, pdfOf } from '../../support/pdf-files.js';
import { openReader, readerSettings, type OpenReader } from './open-reader.js';

describe('the document reader', () => {
  let files: OpenReader;
  beforeEach(() => {
    files = openReader();
  });
  afterEach(() => files.close());

  it('answers with text, title and chunks that are the text at their offsets', async () => {
    const text = Array.from({ length: 200 }, (_, n) => `Sentence ${n} says that part ${n} is washed by hand.`).join('\n');
    const read = await files.read(`# Care\n\n${text}`, { mimeType: 'text/markdown', filename: 'care.md' });
    expect(read).toMatchObject({ title: 'Care', pageCount: 1, charCount: read.readable.text.length, warnings: [] });
    expect(read.chunks.length).toBeGreaterThan(5);
    read.chunks.forEach((chunk, index) => {
      expect(chunk.chunkIndex).toBe(index);
      expect(read.readable.text.slice(chunk.charStart, chunk.charEnd)).toBe(chunk.text);
      expect(chunk.embeddingText).toContain(chunk.text);
    });
  });

  it('takes the given title before any other', async () => {
    const read = await files.read('# Found\n\nText.', { mimeType: 'text/markdown', filename: 'a.md', givenTitle: 'Given' });
    expect(read.title).toBe('Given');
    expect(read.chunks[0].embeddingText).toContain('Given');
  });

  it('reports pages as they are read, then the chunking', async () => {
    const seen: ReadProgress[] = [];
    const pages = Array.from({ length: 30 }, (_, n) => linesPage(`Page ${n + 1} of thirty.`));
    await files.read(pdfOf(pages), {}, { onProgress: (progress) => seen.push(progress) });
    const extracting = seen.filter(({ stage }) => stage === 'extracting');
    expect(extracting.at(-1)).toEqual({ stage: 'extracting', done: 30, total: 30 });
    expect(extracting.map(({ done }) => done)).toEqual(extracting.map(({ done }) => done).sort((a, b) => a - b));
    expect(seen.at(-1)).toEqual({ stage: 'chunking', done: 1, total: 1 });
  });

  it('reads what is asked at once one after the other, in order, in one process', async () => {
    const order: number[] = [];
    const processes = new Set<string>();
    await Promise.all(
      [0, 1, 2, 3, 4].map(async (n) => {
        const read = await files.readPdf(pdfOf([linesPage(`Document ${n}`)]));
        order.push(n);
        for (const name of files.temporaryFiles()) processes.add(name);
        expect(read.readable.text).toBe(`Document ${n}`);
      }),
    );
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(processes.size).toBe(1);
  });

  it('fails with the code of what is wrong and reads the next document', async () => {
    expect(await files.failureOf('%PDF-1.4 broken')).toMatchObject({ name: 'ExtractionError', code: 'PDF_DAMAGED', status: 422 });
    expect(await files.failureOf(' \n', 'text/plain')).toMatchObject({ code: 'NO_TEXT_FOUND' });
    expect(await files.failureOf('x', 'application/zip')).toMatchObject({ code: 'UNSUPPORTED_TYPE' });
    const gone = files.reader.read({ path: `${files.folder}/gone`, mimeType: 'text/plain', filename: 'gone.txt', givenTitle: null });
    await expect(gone).rejects.toMatchObject({ code: 'ORIGINAL_UNREADABLE' });
    expect((await files.read('fine', { mimeType: 'text/plain' })).readable.text).toBe('fine');
  });

  it('leaves no process and no file behind when it is closed', async () => {
    await files.read('text', { mimeType: 'text/plain' });
    expect(files.temporaryFiles()).toHaveLength(1);
    const waiting = files.read('never read', { mimeType: 'text/plain' });
    const refused = expect(waiting).rejects.toMatchObject({ code: 'READING_STOPPED', status: 503 });
    await files.reader.close();
    await refused;
    expect(files.temporaryFiles()).toEqual([]);
    await expect(files.read('too late', { mimeType: 'text/plain' })).rejects.toMatchObject({ code: 'READING_STOPPED' });
  });

  it('is provided by class, with the settings of the process', async () => {
    const module = await Test.createTestingModule({
      providers: [
        ...readingProviders,
        { provide: DataConfig, useValue: { dataDir: files.folder } },
        { provide: ExtractionConfig, useValue: { timeoutMs: 60_000, memoryBytesMax: 1024 ** 3 } },
        { provide: ChunkingConfig, useValue: readerSettings.chunking },
        { provide: EmbeddingConfig, useValue: readerSettings.embedding },
      ],
    }).compile();
    const reader = module.get(DocumentReader);
    expect(reader).toBeInstanceOf(ProcessDocumentReader);
    expect(existsSync(`${files.folder}/tmp`)).toBe(false); // no process before the first document
    await module.close();
    await expect(reader.read({ path: '/', mimeType: 'text/plain', filename: 'a', givenTitle: null })).rejects.toMatchObject({
      code: 'READING_STOPPED',
    });
  });
});
