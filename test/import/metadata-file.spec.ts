import fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MetadataFile } from '../../scripts/import/metadata-file.js';
import { RowScanner } from '../../scripts/import/row-scanner.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';

interface Line {
  title: string;
  owner_id?: string;
  metadata: Record<string, unknown>;
  chunks: { text: string; page_start?: number }[];
}

describe("the FAISS side's metadata", () => {
  let folder: ReturnType<typeof makeTemporaryFolder>;
  beforeAll(() => void (folder = makeTemporaryFolder()));
  afterAll(() => folder.remove());

  const write = (text: string | Buffer): string => {
    const path = join(folder.path, 'metadata.json');
    writeFileSync(path, text);
    return path;
  };
  const documentsOf = (text: string | Buffer, owner?: string): Line[] => {
    const file = MetadataFile.open(write(text));
    try {
      return [...file.lines(owner, () => undefined)].map(({ line }) => JSON.parse(line) as Line);
    } finally {
      file.close();
    }
  };

  it('becomes a document for each document_id, its rows by chunk_index, however they are mixed', () => {
    const row = fc.record({
      document_id: fc.integer({ min: 1, max: 5 }),
      chunk_index: fc.nat({ max: 20 }),
      text: fc.string({ minLength: 1 }),
    });
    const indent = fc.constantFrom(undefined, 1, '\t');
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), indent, fc.boolean(), (rows, space, isWrapped) => {
        const filled = rows.filter(({ text }) => text.trim() !== '');
        const ids = [...new Set(filled.map(({ document_id: id }) => id))];
        const expected = ids.map((id) => {
          const own = filled.filter(({ document_id: each }) => each === id);
          return own.sort((a, b) => a.chunk_index - b.chunk_index).map(({ text }) => text);
        });
        const text = JSON.stringify(isWrapped ? { version: [1, { metadata: [] }], metadata: rows, more: 'x' } : rows, null, space);
        const documents = documentsOf(text);
        expect(documents.map(({ metadata }) => metadata.source_document_id)).toEqual(ids);
        expect(documents.map(({ chunks }) => chunks.map((chunk) => chunk.text))).toEqual(expected);
      }),
    );
  });

  it('gives a document the title, the name and the fields that its rows share', () => {
    const shared = { filename: 'x200.pdf', source: '/manuals/x200.pdf', language: 'en', tags: ['a'], page: 3 };
    const rows = [
      { document_id: 7, chunk_index: 1, text: 'two', faiss_index: 9, ...shared, page: 4, section: 'b' },
      { document_id: 'seven', chunk_index: 0, text: 'other', title: 'Other\0 title', source: 'o' },
      { document_id: 7, chunk_index: 0, text: 'one', faiss_index: 8, ...shared, section: 'a' },
      { document_id: 8, text: 'plain' },
      { document_id: 8, text: 'second', chunk_length: 6 },
    ];
    expect(documentsOf(JSON.stringify(rows), 'mine')).toEqual([
      {
        ...{ title: 'x200.pdf', filename: 'x200.pdf', owner_id: 'mine' },
        metadata: { source_document_id: 7, filename: 'x200.pdf', source: '/manuals/x200.pdf', language: 'en' },
        chunks: [
          { text: 'one', page_start: 3, page_end: 3 },
          { text: 'two', page_start: 4, page_end: 4 },
        ],
      },
      {
        title: 'Other title',
        owner_id: 'mine',
        metadata: { source_document_id: 'seven', title: 'Other\0 title', source: 'o' },
        chunks: [{ text: 'other' }],
      },
      { title: 'Document 8', owner_id: 'mine', metadata: { source_document_id: 8 }, chunks: [{ text: 'plain' }, { text: 'second' }] },
    ]);
  });

  it.each([
    ['nothing', '', 'holds no array of rows'],
    ['no JSON', 'id;text', 'is no JSON'],
    ['an object without rows', '{"rows":[]}', 'holds no array of rows'],
    ['a torn end', '[{"document_id":1,"text":"a"},{"docu', 'ends in the middle, behind row 1'],
    ['a torn row', '[{"document_id":1,"text":"a"},{"text"}]', 'no JSON, row 2'],
    ['NaN as Python writes it', '[{"document_id":1,"text":"a","score":NaN}]', 'no JSON, row 1'],
    ['a row that is a number', '[{"document_id":1,"text":"a"},7]', 'row 2 that is no object'],
    ['a row that is an array', '[[1,2]]', 'row 1 that is no object'],
    ['a row without text', '[{"document_id":1}]', 'no text in row 1'],
    ['a row without a document', '[{"text":"a"}]', 'no document_id in row 1'],
    ['a chunk_index of something', '[{"document_id":1,"text":"a","chunk_index":"0"}]', 'chunk_index in row 1'],
  ])('refuses %s, and says where', (_what, text, reason) => {
    expect(() => documentsOf(text)).toThrow(reason);
  });

  it('leaves blank rows out, and takes a byte order mark', () => {
    const rows = [
      { document_id: 1, text: ' ' },
      { document_id: 2, text: 'b' },
    ];
    const file = MetadataFile.open(write(`\ufeff${JSON.stringify(rows)}`));
    expect([file.blankRows, file.rows, file.documents]).toEqual([1, 1, 1]);
    file.close();
  });

  it('refuses a document that no line could hold, and goes on with the others', () => {
    const text = 'x'.repeat(1_000);
    const rows = Array.from({ length: 63 }, () => ({ document_id: 1, text }));
    const file = MetadataFile.open(write(JSON.stringify([...rows, { document_id: 2, text: 'b' }])));
    const refused: string[] = [];
    const lines = [...file.lines(undefined, (name, reason) => refused.push(`${name}: ${reason}`), 50_000)];
    file.close();
    expect(lines.map(({ name }) => name)).toEqual(['document_id 2']);
    expect(refused).toEqual([expect.stringMatching(/^document_id 1: its 63 rows have \d+ bytes/)]);
  });

  it('has the same rows in whatever pieces it is read', () => {
    const rows = [
      { document_id: 1, text: 'a "quoted" } \\ text [ü' },
      { document_id: 2, text: '' },
    ];
    const bytes = Buffer.from(JSON.stringify({ note: '"metadata":[', metadata: rows }));
    for (let size = 1; size < bytes.length; size++) {
      const scanner = new RowScanner();
      const found: unknown[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        for (const row of scanner.push(bytes.subarray(at, at + size), at)) {
          expect(bytes.subarray(row.offset, row.offset + row.bytes.length).equals(row.bytes)).toBe(true);
          found.push(JSON.parse(row.bytes.toString()));
        }
      }
      scanner.end();
      expect(found).toEqual(rows);
    }
  });
});
