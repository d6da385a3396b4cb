import type { Extractor } from './extractor.port.js';
import { UnsupportedTypeError } from './extractors.errors.js';
import { HtmlExtractor } from './html.extractor.js';
import { MarkdownExtractor } from './markdown.extractor.js';
import { PdfExtractor } from './pdf/pdf.extractor.js';
import { PlainTextExtractor } from './plain-text.extractor.js';

const makers: Readonly<Record<string, () => Extractor>> = {
  'application/pdf': () => new PdfExtractor(),
  'text/plain': () => new PlainTextExtractor(),
  'text/markdown': () => new MarkdownExtractor(),
  'text/html': () => new HtmlExtractor(),
};

/** Imports every format's parser: for the reading process, not for the one that serves. */
export function extractorOf(mimeType: string): Extractor {
  const make = Object.hasOwn(makers, mimeType) ? makers[mimeType] : undefined;
  if (!make) throw new UnsupportedTypeError(`Documents of type ${mimeType} cannot be read. PDF, plain text, Markdown and HTML can.`);
  return make();
}
