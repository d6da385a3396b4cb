import type { ReadResult } from '../../../src/documents/reading/index.js';
import {
  circularPdf,
  contentOf,
  encryptedPdf,
  imageOnlyPdf,
  linesPage,
  pageObject,
  pdfOf,
  stream,
  writePdf,
} from '../../support/pdf-files.js';
import { openReader, type OpenReader } from '../reading/open-reader.js';

describe('reading PDF', () => {
  let files: OpenReader;
  beforeAll(() => {
    files = openReader();
  });
  afterAll(() => files.close());

  const pagesOf = ({ readable }: ReadResult): [number, string][] =>
    readable.pages.map(({ page, charStart, charEnd }) => [page, readable.text.slice(charStart, charEnd)]);

  it('gives each page its span of the text', async () => {
    const read = await files.readPdf(pdfOf([linesPage('First page.', 'Second line.'), linesPage('Last page.')]));
    expect(read.readable.text).toBe('First page.\nSecond line.\n\nLast page.');
    expect(pagesOf(read)).toEqual([
      [1, 'First page.\nSecond line.'],
      [2, 'Last page.'],
    ]);
    expect(read).toMatchObject({ pageCount: 2, charCount: read.readable.text.length, warnings: [] });
  });

  it('puts spaces where words stand apart, and an empty line where paragraphs do', async () => {
    const line = (y: number): { text: string; y: number }[] => [{ text: 'Some words of body text', y }];
    const page = [
      { text: 'Left', x: 72, y: 720 },
      { text: 'right', x: 120, y: 720 },
      ...[706, 692, 678, 650, 636, 622, 608, 594, 580].flatMap(line),
    ];
    const { readable } = await files.readPdf(pdfOf([page]));
    const [first, second] = readable.text.split('\n\n');
    expect(first.split('\n')).toEqual(['Left right', ...Array<string>(3).fill('Some words of body text')]);
    expect(second.split('\n')).toHaveLength(6);
  });

  it('makes words whole that a line end broke, as the document writes them', async () => {
    const lines = ['Press the self-test key, then the descal-', 'ing key, and read the self-', 'test code.'];
    const { readable } = await files.readPdf(pdfOf([linesPage(...lines)]));
    expect(readable.text).toBe('Press the self-test key, then the descaling key, and read the self-test code.');
  });

  it('finds headings by their size, and levels by the order of sizes', async () => {
    const body = (from: number): { text: string; y: number }[] =>
      [0, 1, 2, 3].map((n) => ({ text: 'Body text of the usual size goes on.', y: from - 14 * n }));
    const page = [{ text: 'Kettle manual', y: 740, size: 24 }, ...body(700), { text: 'Descaling', y: 620, size: 16 }, ...body(590)];
    const { readable, title } = await files.readPdf(pdfOf([page, linesPage('And more of it.')]));
    expect(readable.headings.map(({ level, text, charStart, charEnd }) => [level, text, readable.text.slice(charStart, charEnd)])).toEqual([
      [1, 'Kettle manual', 'Kettle manual'],
      [2, 'Descaling', 'Descaling'],
    ]);
    expect(title).toBe('Kettle manual');
  });

  it('shortens the dots of a table of contents', async () => {
    const { readable } = await files.readPdf(
      pdfOf([linesPage('Descaling . . . . . . . . . . . . 14', 'Warranty........................15')]),
    );
    expect(readable.text).toBe('Descaling … 14\nWarranty … 15');
  });

  it('takes the title from the file, unless a program put it there', async () => {
    const page = linesPage('Text.');
    expect((await files.readPdf(pdfOf([page], { title: 'Kettle K2, user manual' }))).title).toBe('Kettle K2, user manual');
    for (const title of ['Untitled-1', 'Microsoft Word - draft.doc', 'manual_v3.indd', 'C:\\\\docs\\\\a', ' ', '-']) {
      expect((await files.readPdf(pdfOf([page], { title }))).title).toBe('file');
    }
  });

  it('warns of pages without text', async () => {
    const { pageCount, warnings, readable } = await files.readPdf(pdfOf([[], linesPage('Text.'), []]));
    expect(pageCount).toBe(3);
    expect(warnings).toMatchObject([{ code: 'PAGES_WITHOUT_TEXT', pages: [1, 3] }]);
    expect(readable.pages.map(({ page }) => page)).toEqual([1, 2, 3]);
  });

  it.each([0, 1, 2, 4, 100_000_000, -1])('reads all three pages of a file that says it has %d', async (count) => {
    const read = await files.readPdf(pdfOf([linesPage('One.'), linesPage('Two.'), linesPage('Three.')], { count }));
    expect(read.pageCount).toBe(3);
    expect(read.readable.text).toBe('One.\n\nTwo.\n\nThree.');
  });

  it('ends on a circular page tree with the pages before the circle', async () => {
    const { readable, warnings } = await files.readPdf(circularPdf());
    expect(readable.text).toBe('The page before the circle.');
    expect(warnings).toMatchObject([{ code: 'PAGES_UNREADABLE' }]);
  });

  it('reads the rest of a file that has a page which is none', async () => {
    const kids = '<< /Type /Pages /Kids [4 0 R 6 0 R 7 0 R] /Count 3 >>';
    const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
    const [one, three] = ['Page one.', 'Page three.'].map((text) => stream(contentOf(linesPage(text))));
    const objects = ['<< /Type /Catalog /Pages 2 0 R >>', kids, font, pageObject(5), one, '(no page)', pageObject(8), three];
    const read = await files.readPdf(writePdf({ objects }));
    expect(read.readable.text).toContain('Page one.');
    expect(read.warnings.map(({ code }) => code)).toContain('PAGES_UNREADABLE');
  });

  it('drops U+0000 from the text', async () => {
    const unicode =
      '/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <41> <0000> endbfchar endcmap end';
    const objects = [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>',
      pageObject(5),
      stream('BT /F1 12 Tf 72 700 Td (BAB) Tj ET'),
      stream(unicode),
    ];
    const { readable } = await files.readPdf(writePdf({ objects }));
    expect(readable.text).not.toContain('\0');
    expect(readable.text).toMatch(/^B.*B$/);
  });

  it('names the password that is missing, and needs none where anybody may open the file', async () => {
    expect(await files.failureOf(encryptedPdf('secret'))).toMatchObject({ code: 'PDF_PASSWORD_REQUIRED', status: 422 });
    expect((await files.readPdf(encryptedPdf(''))).readable.text).toBe('Nobody reads this without the password.');
  });

  it('names a file that is damaged beyond reading', async () => {
    const whole = pdfOf([linesPage('Text.')]);
    for (const bytes of [Buffer.from('%PDF-1.7\n'), whole.subarray(0, 60), Buffer.alloc(500, 0x81)]) {
      expect(await files.failureOf(bytes)).toMatchObject({ code: 'PDF_DAMAGED', status: 422 });
    }
  });

  it('finds the objects of a file whose last lines are lost', async () => {
    const whole = pdfOf([linesPage('Still here.')]);
    expect((await files.readPdf(whole.subarray(0, whole.indexOf('startxref')))).readable.text).toBe('Still here.');
  });

  it('says of images alone that there is no text', async () => {
    const failure = await files.failureOf(imageOnlyPdf());
    expect(failure).toMatchObject({ code: 'NO_TEXT_FOUND', status: 422 });
    expect((failure as Error).message).toMatch(/images only/);
  });
});
