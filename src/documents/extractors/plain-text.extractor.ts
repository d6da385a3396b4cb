import type { PageSpan } from '../../chunking/index.js';
import { cleanText, holdsText } from './clean-text.js';
import { decodeWithWarning } from './decode-text.js';
import type { ExtractedDocument, Extractor, OnExtracted } from './extractor.port.js';
import { NoTextFoundError } from './extractors.errors.js';

/** The text stays as it was written, cleaned; a form feed ends a page, as it does on a printer. */
export class PlainTextExtractor implements Extractor {
  extract(bytes: Uint8Array, onProgress: OnExtracted): ExtractedDocument {
    const { text: decoded, warnings } = decodeWithWarning(bytes);
    const sheets = decoded
      .replace(/\f\s*$/, '')
      .split('\f')
      .map(cleanText);
    const pages: PageSpan[] = [];
    let charStart = 0;
    sheets.forEach((sheet, index) => {
      pages.push({ page: index + 1, charStart, charEnd: charStart + sheet.length });
      charStart += sheet.length + 1;
    });
    const text = sheets.join('\n');
    if (!holdsText(text)) throw new NoTextFoundError('The text is blank', 'Upload a file that holds text.');
    onProgress(pages.length, pages.length);
    return { readable: { text, pages, headings: [] }, title: null, pageCount: pages.length, warnings };
  }
}
