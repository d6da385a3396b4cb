import fc from 'fast-check';
import { linesPage, pdfOf } from '../../support/pdf-files.js';
import { openReader, type OpenReader } from './open-reader.js';

const whole = pdfOf([linesPage('Page one of a small file.'), linesPage('Page two of it.')], { title: 'Small file' });
const allowed = ['read', 'PDF_DAMAGED', 'PDF_PASSWORD_REQUIRED', 'NO_TEXT_FOUND', 'EXTRACTION_TIMEOUT', 'EXTRACTION_MEMORY'];

describe('damaged PDFs', () => {
  let files: OpenReader;
  beforeAll(() => {
    files = openReader({ timeoutMs: 5_000, memoryBytesMax: 512 * 1024 * 1024 });
  });
  afterAll(() => files.close());

  const outcomeOf = async (bytes: Buffer): Promise<string> => {
    const outcome = await files.readPdf(bytes).then(
      (read) => {
        expect(read.chunks.length).toBeGreaterThan(0);
        return 'read';
      },
      (error: unknown) => (error as { code?: string }).code ?? String(error),
    );
    return outcome;
  };

  it('are read or named, wherever the file is cut', async () => {
    for (let length = 5; length < whole.length; length += 11) {
      expect(allowed).toContain(await outcomeOf(whole.subarray(0, length)));
    }
    expect(await outcomeOf(whole)).toBe('read');
  });

  it('are read or named, whichever bytes are changed', async () => {
    const change = fc.record({ at: fc.nat(whole.length - 1), to: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const bytes = Buffer.from(whole);
        for (const { at, to } of changes) bytes[at] = to;
        expect(allowed).toContain(await outcomeOf(bytes));
      }),
      { numRuns: 150 },
    );
    expect(await outcomeOf(whole)).toBe('read');
  });
});
