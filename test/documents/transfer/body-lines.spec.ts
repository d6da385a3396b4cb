import fc from 'fast-check';
import { bodyLines } from '../../../src/documents/transfer/body-lines.js';

async function linesOf(pieces: Buffer[], bytesMax = 1_000): Promise<[number, string | null][]> {
  const lines: [number, string | null][] = [];
  for await (const { number, bytes } of bodyLines(inPieces(pieces), bytesMax)) lines.push([number, bytes && bytes.toString()]);
  return lines;
}

async function* inPieces(pieces: Buffer[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}

/** The text cut at any of its bytes. */
function cut(text: string, places: number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, n) => bytes.subarray(at[n], end));
}

describe('a body as lines', () => {
  it('has the same lines however it comes in pieces', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'ü', ' ', '\t', '{', '"') });
    const end = fc.constantFrom('\n', '\r\n');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(line, end)), line, fc.array(fc.nat()), async (whole, last, places) => {
        const text = whole.map(([content, newline]) => content + newline).join('') + last;
        const expected = [...whole.map(([content]) => content), last].map((content, n) => [n + 1, content]);
        const filled = expected.filter(([, content]) => (content as string).trim() !== '');
        expect(await linesOf(cut(text, places))).toEqual(filled);
      }),
    );
  });

  it('names a line that is too long, and keeps nothing of it', async () => {
    const pieces = [...Array<Buffer>(50).fill(Buffer.alloc(100, 'x')), Buffer.from('\nshort\n'), Buffer.alloc(1_001, 'y')];
    expect(await linesOf(pieces)).toEqual([
      [1, null],
      [2, 'short'],
      [3, null],
    ]);
    expect(await linesOf([Buffer.alloc(1_000, 'x')])).toEqual([[1, 'x'.repeat(1_000)]]);
  });

  it('takes a byte order mark off the beginning, and nowhere else', async () => {
    expect(await linesOf([Buffer.from([0xef]), Buffer.from([0xbb, 0xbf, 0x61]), Buffer.from('\n\ufeffb')])).toEqual([
      [1, 'a'],
      [2, '\ufeffb'],
    ]);
  });
});
