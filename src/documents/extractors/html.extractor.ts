import { holdsText } from './clean-text.js';
import { decodeWithWarning } from './decode-text.js';
import type { ExtractedDocument, Extractor, OnExtracted } from './extractor.port.js';
import { NoTextFoundError } from './extractors.errors.js';
import { readHtml } from './html-text.js';

export class HtmlExtractor implements Extractor {
  extract(bytes: Uint8Array, onProgress: OnExtracted): ExtractedDocument {
    const { text: html, warnings } = decodeWithWarning(bytes);
    const { readable, title } = readHtml(html);
    if (!holdsText(readable.text)) {
      throw new NoTextFoundError(
        'The HTML shows no text; a script may be meant to write it',
        'Upload the page as your browser saves or prints it.',
      );
    }
    onProgress(1, 1);
    return { readable, title: title ?? readable.headings.at(0)?.text ?? null, pageCount: 1, warnings };
  }
}
