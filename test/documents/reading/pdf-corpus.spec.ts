import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadResult } from '../../../src/documents/reading/index.js';
import { itWithCorpora } from '../../support/corpora.js';
import { openReader } from './open-reader.js';

interface Listed {
  file: string;
  bytes: number;
  tags: string[];
  password: string;
  /** By poppler; null where it cannot open the file. */
  pages: number | null;
  characters: number;
}

/** Asks for a password though the manifest has none: only its attachments are encrypted, which the parser does not tell apart. */
const passwordAsked = ['pdfjs/encrypted-attachment.pdf'];

/** Without HVS_CORPORA_WHOLE only those that are read in a moment. */
const isWhole = process.env.HVS_CORPORA_WHOLE === '1';
const quickBytesMax = 500_000;

function listed(corpora: string): Listed[] {
  const [, ...rows] = readFileSync(join(corpora, 'pdfs/manifest.tsv'), 'utf8').trimEnd().split('\n');
  const documents = rows.map((row) => {
    const [file, size, , tags, password, pages, characters] = row.split('\t');
    return {
      file,
      tags: tags.split(' '),
      password,
      pages: pages ? Number(pages) : null,
      characters: Number(characters),
      bytes: Number(size),
    };
  });
  return documents.filter(({ tags, bytes }) => isWhole || (bytes <= quickBytesMax && !tags.includes('long')));
}

function codesAllowed({ file, tags, password, characters }: Listed): string[] {
  if (password || passwordAsked.includes(file)) return ['PDF_PASSWORD_REQUIRED'];
  if (tags.includes('corrupt')) return ['read', 'PDF_DAMAGED', 'NO_TEXT_FOUND'];
  return characters >= 50 ? ['read'] : ['read', 'NO_TEXT_FOUND'];
}

/** What must hold of anything that is indexed. */
function expectSound({ readable, chunks, pageCount, charCount, title }: ReadResult): void {
  expect(chunks.length).toBeGreaterThan(0);
  expect(charCount).toBe(readable.text.length);
  expect(readable.text).not.toMatch(/[\0\r]|\p{Surrogate}/u);
  expect(title).toMatch(/^.{1,500}$/);
  expect(readable.pages.map(({ page }) => page)).toEqual(Array.from({ length: pageCount }, (_, index) => index + 1));
  for (const chunk of chunks) expect(readable.text.slice(chunk.charStart, chunk.charEnd)).toBe(chunk.text);
}

describe('the PDFs of the corpora', () => {
  itWithCorpora('are each read with all their pages, or fail with the code of what is wrong', async (corpora) => {
    const files = openReader();
    const outcomes = new Map<string, number>();
    try {
      for (const document of listed(corpora)) {
        const request = {
          path: join(corpora, 'pdfs', document.file),
          mimeType: 'application/pdf',
          filename: document.file,
          givenTitle: null,
        };
        const result = await files.reader.read(request).catch((error: unknown) => error as { code?: string });
        const code = 'readable' in result ? 'read' : (result.code ?? 'no code');
        outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
        expect({ file: document.file, allowed: codesAllowed(document) }).toMatchObject({
          allowed: expect.arrayContaining([code]) as string[],
        });
        if (!('readable' in result)) continue;
        expectSound(result);
        expect({ file: document.file, pages: result.pageCount }).toEqual({
          file: document.file,
          pages: document.pages ?? result.pageCount,
        });
      }
    } finally {
      await files.close();
    }
    console.info(`Outcomes: ${[...outcomes].map(([code, count]) => `${code} ${count}`).join(', ')}`);
  });
});
