import { deflateRawSync } from 'node:zlib';
import { detectType } from '../../../src/documents/extractors/index.js';
import { linesPage, pdfOf } from '../../support/pdf-files.js';

const mimeTypeOf = async (bytes: string | Uint8Array, filename: string): Promise<string> => {
  const head = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  return (await detectType(head, filename)).mimeType;
};
const refusal = async (bytes: string | Uint8Array, filename: string): Promise<{ code: string; status: number; detail: string }> => {
  const answer = await mimeTypeOf(bytes, filename).then(
    (mimeType) => ({ mimeType }),
    (error: unknown) => error,
  );
  expect(answer).toMatchObject({ code: 'UNSUPPORTED_TYPE', status: 415 });
  return answer as { code: string; status: number; detail: string };
};

/** A ZIP of stored or packed files; enough of one to be told by its first bytes. */
function zipOf(files: Record<string, string>): Buffer {
  return Buffer.concat(
    Object.entries(files).flatMap(([name, content]) => {
      const packed = deflateRawSync(content);
      const header = Buffer.alloc(30);
      header.write('PK\x03\x04', 'latin1');
      header.writeUInt16LE(20, 4);
      header.writeUInt16LE(8, 8);
      header.writeUInt32LE(packed.length, 18);
      header.writeUInt32LE(content.length, 22);
      header.writeUInt16LE(name.length, 26);
      return [header, Buffer.from(name), packed];
    }),
  );
}

const png = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de', 'hex');
const docx = zipOf({
  '[Content_Types].xml':
    '<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
  'word/document.xml': '<w:document/>',
});

describe('detecting a type', () => {
  it('takes a PDF by its header, whatever it is called', async () => {
    const pdf = pdfOf([linesPage('Hello')]);
    expect(await mimeTypeOf(pdf, 'notes.txt')).toBe('application/pdf');
    expect(await mimeTypeOf(pdf, '')).toBe('application/pdf');
  });

  it('takes a PDF with something in front of its header, within 1,024 bytes', async () => {
    const pdf = pdfOf([linesPage('Hello')]);
    expect(await mimeTypeOf(Buffer.concat([Buffer.alloc(1000, 0x80), pdf]), 'a.bin')).toBe('application/pdf');
    expect(await mimeTypeOf(Buffer.concat([Buffer.from('\ufeff\r\n'), pdf]), 'a.bin')).toBe('application/pdf');
    await refusal(Buffer.concat([Buffer.alloc(1024, 0x80), pdf]), 'a.bin');
  });

  it('takes text that mentions a PDF header for text', async () => {
    expect(await mimeTypeOf('A PDF begins with %PDF-1.7 and a line end.', 'notes.txt')).toBe('text/plain');
    expect(await mimeTypeOf('%PDF is no header', 'notes.txt')).toBe('text/plain');
  });

  it('takes unknown binary data for a damaged PDF only under the name .pdf', async () => {
    const noise = Buffer.from([0x00, 0x9d, 0x31, 0xfe, 0x00, 0x81, 0x13, 0x00]);
    expect(await mimeTypeOf(noise, 'scan.PDF')).toBe('application/pdf');
    expect((await refusal(noise, 'scan.dat')).detail).toMatch(/"scan\.dat" holds binary data of an unknown kind: nothing was stored/);
  });

  it.each([
    ['HTML', Buffer.from('<!DOCTYPE html><p>Moved</p>'), 'HTML'],
    ['HTML that mentions a PDF header', Buffer.from('<html><p>%PDF-1.7</p>'), 'HTML'],
    ['a ZIP', zipOf({ 'a.txt': 'hello' }), 'a ZIP file'],
    ['a ZIP that holds a PDF', zipOf({ '%PDF-1.4.pdf': 'hello' }), 'a ZIP file'],
    ['an image', png, 'a PNG file'],
    ['plain text', Buffer.from('Not found'), 'plain text'],
  ])('refuses %s named .pdf', async (_, bytes, what) => {
    const { detail } = await refusal(bytes, 'manual.pdf');
    expect(detail).toContain(`"manual.pdf" is named .pdf, but holds ${what}`);
    expect(detail).toContain('nothing was stored');
  });

  it.each([
    ['PNG', png, 'a PNG file (image/png)'],
    ['ZIP', zipOf({ 'a.txt': 'hello' }), 'a ZIP file (application/zip)'],
    ['DOCX', docx, 'a DOCX file'],
    ['OLE', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]), 'an older Microsoft Office file'],
    ['RTF', Buffer.from('{\\rtf1\\ansi Hello}'), 'RTF'],
    ['PostScript', Buffer.from('%!PS-Adobe-3.0\n'), 'PostScript'],
  ])('names what it refuses: %s', async (_, bytes, what) => {
    expect((await refusal(bytes, 'file.txt')).detail).toContain(`"file.txt" holds ${what}`);
  });

  it('takes UTF-8 and UTF-16 with a byte order mark for text', async () => {
    expect(await mimeTypeOf('Grüße, мир, 世界, 🙂', 'a.txt')).toBe('text/plain');
    expect(await mimeTypeOf('\ufeffhello', 'a')).toBe('text/plain');
    expect(await mimeTypeOf(Buffer.from('\ufeffПривет', 'utf16le'), 'a.txt')).toBe('text/plain');
    expect(await mimeTypeOf(Buffer.from('\ufeffПривет', 'utf16le').swap16(), 'a.txt')).toBe('text/plain');
  });

  it('takes text whose head ends within a character for text', async () => {
    const text = Buffer.from('ab🙂');
    for (const length of [3, 4, 5]) expect(await mimeTypeOf(text.subarray(0, length), 'a.txt')).toBe('text/plain');
  });

  it('is not misled by text that begins like a binary format', async () => {
    for (const text of ['BM is short for bench mark', 'MZ', 'ID3 tags', 'PK', 'GIF89a is a format']) {
      expect(await mimeTypeOf(text, 'a.txt')).toBe('text/plain');
    }
  });

  it('tells Markdown from plain text by the name alone', async () => {
    expect(await mimeTypeOf('# Title', 'README.md')).toBe('text/markdown');
    expect(await mimeTypeOf('# Title', 'notes.MARKDOWN')).toBe('text/markdown');
    expect(await mimeTypeOf('# Title', 'notes.txt')).toBe('text/plain');
  });

  it('knows HTML by its beginning', async () => {
    for (const html of [
      '<!doctype HTML>',
      '\n <html lang="en">',
      '<head><title>x</title>',
      '<body>hi',
      '<?xml version="1.0"?>\n<!-- c -->\n<html>',
    ]) {
      expect(await mimeTypeOf(html, 'download')).toBe('text/html');
    }
    expect(await mimeTypeOf('<p>a fragment</p>', 'page.html')).toBe('text/html');
    expect(await mimeTypeOf('a < b and c > d', 'notes.txt')).toBe('text/plain');
  });

  it('refuses text that is binary', async () => {
    expect((await refusal('text\0with a zero byte', 'a.txt')).detail).toContain('binary data');
    expect((await refusal('\x01\x02\x03\x04', 'a.md')).detail).toContain('binary data');
    expect((await refusal(Buffer.from('no byte order mark', 'utf16le'), 'a.txt')).detail).toContain('binary data');
  });

  it('names the encoding of text that is not UTF-8', async () => {
    const { detail } = await refusal(Buffer.from('Gr\xfc\xdfe aus K\xf6ln', 'latin1'), 'letter.txt');
    expect(detail).toContain('neither UTF-8 nor UTF-16');
    expect(detail).toContain('Save it as UTF-8');
  });

  it('refuses a file without bytes, and keeps a hostile name on one line', async () => {
    const { detail } = await refusal('', `a\r\nb\0${'x'.repeat(300)}.txt`);
    expect(detail).toContain('holds no bytes');
    expect(detail).not.toMatch(/[\r\n\0]/);
    expect(detail.length).toBeLessThan(250);
  });
});
