import { createHash } from 'node:crypto';
import { constants, deflateRawSync, deflateSync } from 'node:zlib';

/** Small PDFs, whole and broken, written object by object so that a test says exactly what is wrong with its file. */
export interface PdfParts {
  /** Of objects 1, 2, 3…; object 1 is the catalog. */
  objects: (string | Buffer)[];
  /** Further entries of the trailer. */
  trailer?: string;
}

/** A file with a right cross-reference table. */
export function writePdf({ objects, trailer = '' }: PdfParts): Buffer {
  const pieces: Buffer[] = [Buffer.from('%PDF-1.4\n')];
  let length = pieces[0].length;
  const add = (piece: string | Buffer): void => {
    const bytes = Buffer.from(piece as string, 'latin1');
    pieces.push(bytes);
    length += bytes.length;
  };
  const offsets = objects.map((object, index) => {
    const offset = length;
    add(`${index + 1} 0 obj\n`);
    add(object);
    add('\nendobj\n');
    return offset;
  });
  const xrefAt = length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  add(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}`);
  add(`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${xrefAt}\n%%EOF\n`);
  return Buffer.concat(pieces);
}

export interface PdfText {
  text: string;
  x?: number;
  y: number;
  size?: number;
}

export interface PdfOptions {
  title?: string;
  /** What the page tree claims; the truth by default. */
  count?: number;
  trailer?: string;
}

/** A page for each list of lines; a page of no lines is blank. Texts are of printable ASCII, without parentheses. */
export function pdfOf(pages: PdfText[][], { title, count = pages.length, trailer = '' }: PdfOptions = {}): Buffer {
  const pageIds = pages.map((_, index) => 4 + 2 * index);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${pageIds.map((id) => `${id} 0 R`).join(' ')}] /Count ${count} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    ...pages.flatMap((lines, index) => [pageObject(pageIds[index] + 1), stream(contentOf(lines))]),
  ];
  if (title === undefined) return writePdf({ objects, trailer });
  objects.push(`<< /Title (${title}) >>`);
  return writePdf({ objects, trailer: `/Info ${objects.length} 0 R ${trailer}` });
}

/** One page of lines of one size, 14 units apart. */
export function linesPage(...lines: string[]): PdfText[] {
  return lines.map((text, index) => ({ text, y: 720 - 14 * index }));
}

export function pageObject(contentId: number): string {
  const resources = '/Resources << /Font << /F1 3 0 R >> >>';
  return `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${contentId} 0 R ${resources} >>`;
}

export function stream(content: string | Buffer, entries = ''): Buffer {
  const bytes = Buffer.from(content as string, 'latin1');
  return Buffer.concat([Buffer.from(`<< /Length ${bytes.length} ${entries} >>\nstream\n`), bytes, Buffer.from('\nendstream')]);
}

export function contentOf(lines: PdfText[]): string {
  return lines.map(({ text, x = 72, y, size = 12 }) => `BT /F1 ${size} Tf ${x} ${y} Td (${text}) Tj ET`).join('\n');
}

/** Two pages whose second kid is the page tree itself. */
export function circularPdf(): Buffer {
  return writePdf({
    objects: [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [4 0 R 2 0 R] /Count 2 >>',
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      pageObject(5),
      stream(contentOf(linesPage('The page before the circle.'))),
    ],
  });
}

/** A page that shows an image and no text. */
export function imageOnlyPdf(): Buffer {
  const image = '/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8';
  return writePdf({
    objects: [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>',
      stream('q 100 0 0 100 0 0 cm /I Do Q'),
      stream(Buffer.from([0, 85, 170, 255]), image),
    ],
  });
}

/** A page of text encrypted so that only `password` opens it: 40-bit RC4, the standard security handler's revision 2. */
export function encryptedPdf(password: string): Buffer {
  const padding = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');
  const padded = Buffer.concat([Buffer.from(password, 'latin1'), padding]).subarray(0, 32);
  const md5 = (...parts: Buffer[]): Buffer => createHash('md5').update(Buffer.concat(parts)).digest();
  const owner = rc4(md5(padded).subarray(0, 5), padded);
  const id = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
  const key = md5(padded, owner, Buffer.from([0xfc, 0xff, 0xff, 0xff]), id).subarray(0, 5);
  const user = rc4(key, padding);
  const contentKey = md5(key, Buffer.from([5, 0, 0, 0, 0])).subarray(0, 10);
  const entries = `/Filter /Standard /V 1 /R 2 /O <${owner.toString('hex')}> /U <${user.toString('hex')}> /P -4`;
  return writePdf({
    objects: [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      pageObject(5),
      stream(rc4(contentKey, Buffer.from(contentOf(linesPage('Nobody reads this without the password.'))))),
      `<< ${entries} >>`,
    ],
    trailer: `/Encrypt 6 0 R /ID [<${id.toString('hex')}> <${id.toString('hex')}>]`,
  });
}

/**
 * A few kilobytes whose one content stream unpacks to `bytes`: white space, compressed twice. Reading it takes all memory or all
 * time, whatever the reader's limits are.
 */
export function bombPdf(bytes: number): Buffer {
  const block = deflateRawSync(Buffer.alloc(1024 * 1024, ' '), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const blocks = Array.from({ length: Math.ceil(bytes / (1024 * 1024)) }, () => block);
  const inner = Buffer.concat([Buffer.from([0x78, 0xda]), ...blocks, Buffer.from([3, 0])]);
  return writePdf({
    objects: [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      pageObject(5),
      stream(deflateSync(inner, { level: 9 }), '/Filter [/FlateDecode /FlateDecode]'),
    ],
  });
}

function rc4(key: Buffer, data: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + state[i] + key[i % key.length]) & 255;
    [state[i], state[j]] = [state[j], state[i]];
  }
  let [a, b] = [0, 0];
  return Buffer.from(
    data.map((byte) => {
      a = (a + 1) & 255;
      b = (b + state[a]) & 255;
      [state[a], state[b]] = [state[b], state[a]];
      return byte ^ state[(state[a] + state[b]) & 255];
    }),
  );
}
