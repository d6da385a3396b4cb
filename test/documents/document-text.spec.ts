import { textFromChunks } from '../../src/documents/document-text.js';
import type { StoredChunk } from '../../src/store/index.js';

const chunk = (charStart: number, text: string, pageStart: number, pageEnd = pageStart): StoredChunk => ({
  vectorId: charStart + 1,
  documentId: 1,
  chunkIndex: 0,
  text,
  pageStart,
  pageEnd,
  charStart,
  charEnd: charStart + text.length,
  headingPath: [],
  createdAt: '2026-01-01T00:00:00.000Z',
});

describe('a text put together from chunks', () => {
  const chunks = [chunk(0, 'The lamp blinks twice.', 1), chunk(9, 'blinks twice. Wait', 1, 2), chunk(40, 'Then restart.', 3)];

  it('holds every chunk at its place', () => {
    const { text } = textFromChunks(chunks);
    for (const { charStart, charEnd, text: own } of chunks) expect(text.slice(charStart, charEnd)).toBe(own);
    expect(text.slice(27, 40).trim()).toBe('');
  });

  it('knows the pages that the chunks tell of, in order and apart', () => {
    expect(textFromChunks(chunks).pages).toEqual([
      { page: 1, charStart: 0, charEnd: 27 },
      { page: 3, charStart: 40, charEnd: 53 },
    ]);
  });
});
