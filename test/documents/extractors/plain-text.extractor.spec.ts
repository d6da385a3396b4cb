import { PlainTextExtractor } from '../../../src/documents/extractors/plain-text.extractor.js';
import { extract, failureOf } from './text-formats.js';

const plain = new PlainTextExtractor();

describe('reading plain text', () => {
  it('keeps the text as it was written, on one page', async () => {
    const read = await extract(plain, 'One\r\n  two\tthree\n\nfour\n');
    const text = 'One\n  two\tthree\n\nfour\n';
    expect(read).toEqual({
      readable: { text, pages: [{ page: 1, charStart: 0, charEnd: text.length }], headings: [] },
      title: null,
      pageCount: 1,
      warnings: [],
    });
  });

  it('reads UTF-8 and both kinds of UTF-16 without their byte order mark', async () => {
    const written = '\ufeffGrüße 🙂';
    for (const bytes of [Buffer.from(written), Buffer.from(written, 'utf16le'), Buffer.from(written, 'utf16le').swap16()]) {
      expect((await extract(plain, bytes)).readable.text).toBe('Grüße 🙂');
    }
  });

  it('begins a page after each form feed', async () => {
    const { readable, pageCount } = await extract(plain, 'first\n\fsecond\n\f');
    expect(pageCount).toBe(2);
    expect(readable.pages.map(({ page, charStart, charEnd }) => [page, readable.text.slice(charStart, charEnd)])).toEqual([
      [1, 'first\n'],
      [2, 'second\n'],
    ]);
  });

  it('warns of bytes that are not of the encoding', async () => {
    const { readable, warnings } = await extract(plain, Buffer.from('K\xf6ln', 'latin1'));
    expect(readable.text).toBe('K\ufffdln');
    expect(warnings).toMatchObject([{ code: 'CHARACTERS_REPLACED' }]);
  });

  it('drops control characters', async () => {
    expect((await extract(plain, 'a\0b\x07c')).readable.text).toBe('abc');
  });

  it('refuses text without anything in it', async () => {
    for (const blank of ['', ' \n\t \f\n', '\ufeff', '\u200b']) {
      expect(await failureOf(plain, blank)).toMatchObject({ code: 'NO_TEXT_FOUND', status: 422 });
    }
  });
});
