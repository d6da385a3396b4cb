import type { ExtractedDocument, Extractor } from '../../../src/documents/extractors/index.js';

const ignore = (): void => undefined;

export async function extract(extractor: Extractor, content: string | Buffer): Promise<ExtractedDocument> {
  return await extractor.extract(Buffer.from(content as string), ignore);
}

export async function failureOf(extractor: Extractor, content: string | Buffer): Promise<unknown> {
  return extract(extractor, content).then(
    (read) => ({ read }),
    (error: unknown) => error,
  );
}

/** What each heading's offsets point at must be the heading. */
export function headingsOf({ readable }: ExtractedDocument): { level: number; text: string }[] {
  return readable.headings.map(({ level, text, charStart, charEnd }) => {
    expect(readable.text.slice(charStart, charEnd).replace(/\s+/g, ' ')).toBe(text);
    return { level, text };
  });
}
