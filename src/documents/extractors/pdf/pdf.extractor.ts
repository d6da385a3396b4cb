import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { PDFDocumentProxy } from 'pdfjs-dist/types/src/display/api.js';
import type { ReadableText } from '../../../chunking/index.js';
import { holdsText } from '../clean-text.js';
import type { ExtractedDocument, ExtractionWarning, Extractor, OnExtracted } from '../extractor.port.js';
import { ExtractionError, NoTextFoundError, PdfDamagedError, PdfPasswordRequiredError } from '../extractors.errors.js';
import { linesOf, type PdfPage } from './pdf-lines.js';
import { withoutPageCounts } from './pdf-page-tree.js';
import { assemble } from './pdf-text.js';
import { sensibleTitle } from './pdf-title.js';

// The parser asks for this class of the browser's when it is loaded, and uses it only to draw.
if (!('DOMMatrix' in globalThis)) Object.assign(globalThis, { DOMMatrix: class {} });
const { getDocument, VerbosityLevel } = await import('pdfjs-dist/legacy/build/pdf.mjs');

const packageFolder = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
const settings = {
  // Without the character maps and standard fonts most Chinese, Japanese and Korean files give no text and no error.
  cMapUrl: `${packageFolder}/cmaps/`,
  cMapPacked: true,
  standardFontDataUrl: `${packageFolder}/standard_fonts/`,
  isEvalSupported: false,
  enableXfa: false,
  useWasm: false,
  useSystemFonts: false,
  disableFontFace: true,
  verbosity: VerbosityLevel.ERRORS,
};

interface ReadPages {
  /** All pages that the file has, in order; of one that is unreadable no lines. */
  pages: PdfPage[];
  unreadable: number[];
}

/** Text only: nothing is drawn, no script of the file is run, nothing is fetched. */
export class PdfExtractor implements Extractor {
  async extract(bytes: Uint8Array, onProgress: OnExtracted): Promise<ExtractedDocument> {
    const open = await openWhole(bytes);
    try {
      const title = await titleOf(open.document);
      return describe(await readPages(open.document, onProgress), title);
    } catch (error) {
      throw named(error);
    } finally {
      await open.close();
    }
  }
}

interface OpenPdf {
  document: PDFDocumentProxy;
  close(): Promise<void>;
}

/** With all pages that its tree holds, though its page count says less. */
async function openWhole(bytes: Uint8Array): Promise<OpenPdf> {
  const counted = await openPdf(bytes);
  const uncounted = withoutPageCounts(bytes, counted.document.numPages);
  const walked = uncounted && (await openPdf(uncounted).catch(() => null));
  if (!walked) return counted;
  const [whole, lesser] = walked.document.numPages > counted.document.numPages ? [walked, counted] : [counted, walked];
  await lesser.close();
  return whole;
}

async function openPdf(bytes: Uint8Array): Promise<OpenPdf> {
  const task = getDocument({ data: new Uint8Array(bytes), ...settings }); // a copy, which the parser takes over
  const close = (): Promise<void> => task.destroy().catch(() => undefined);
  try {
    return { document: await task.promise, close };
  } catch (error) {
    await close();
    throw named(error);
  }
}

async function titleOf(document: PDFDocumentProxy): Promise<string | null> {
  try {
    return sensibleTitle(Reflect.get((await document.getMetadata()).info, 'Title'));
  } catch {
    return null; // damaged information about the document does not make its pages unreadable
  }
}

async function readPages(document: PDFDocumentProxy, onProgress: OnExtracted): Promise<ReadPages> {
  const read: ReadPages = { pages: [], unreadable: [] };
  for (let page = 1; page <= document.numPages; page++) {
    try {
      const proxy = await document.getPage(page);
      const { items } = await proxy.getTextContent();
      read.pages.push({ page, lines: linesOf(items) });
      proxy.cleanup();
    } catch (error) {
      if (isOutOfMemory(error)) throw error;
      read.unreadable.push(page);
      read.pages.push({ page, lines: [] });
    }
    onProgress(page, document.numPages);
  }
  return read;
}

function describe({ pages, unreadable }: ReadPages, title: string | null): ExtractedDocument {
  const readable = assemble(pages);
  const empty = pages.filter(({ page, lines }) => lines.length === 0 && !unreadable.includes(page)).map(({ page }) => page);
  if (pages.length === unreadable.length)
    throw new PdfDamagedError(pages.length === 0 ? 'it has no page' : 'none of its pages can be read');
  if (!holdsText(readable.text)) throw noText(pages.length);
  const warnings: ExtractionWarning[] = [];
  if (empty.length > 0) {
    const detail = `${list(empty)} hold${empty.length === 1 ? 's' : ''} no text and cannot be found by a search; scanned images need text recognition first.`;
    warnings.push({ code: 'PAGES_WITHOUT_TEXT', detail, pages: empty });
  }
  if (unreadable.length > 0) {
    const detail = `${list(unreadable)} ${unreadable.length === 1 ? 'is' : 'are'} damaged and could not be read; the rest was.`;
    warnings.push({ code: 'PAGES_UNREADABLE', detail, pages: unreadable });
  }
  return { readable, title: title ?? firstHeading(readable), pageCount: pages.length, warnings };
}

/** The largest on the first page that has one, which is what a title page shows. */
function firstHeading({ headings, pages }: ReadableText): string | null {
  const page = pages.find(({ charEnd }) => headings.length > 0 && headings[0].charStart < charEnd);
  const candidates = page ? headings.filter(({ charStart }) => charStart < page.charEnd) : [];
  return candidates.sort((a, b) => a.level - b.level).at(0)?.text ?? null;
}

function noText(pageCount: number): NoTextFoundError {
  const which = pageCount === 1 ? 'The only page holds no text' : `None of the ${pageCount} pages holds text`;
  return new NoTextFoundError(
    `${which}; it may be a scan or hold images only`,
    'Run text recognition (OCR) over it and upload the result.',
  );
}

/** "Pages 1, 2, 3 and 40 others" */
function list(pages: readonly number[]): string {
  const shown = pages.slice(0, 10).join(', ');
  const more = pages.length > 10 ? ` and ${pages.length - 10} more` : '';
  return `Page${pages.length === 1 ? '' : 's'} ${shown}${more}`;
}

function named(error: unknown): unknown {
  if (error instanceof ExtractionError || isOutOfMemory(error)) return error;
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  if (name === 'PasswordException') return new PdfPasswordRequiredError();
  return new PdfDamagedError(message.replace(/\.$/, '').trim() || 'its structure is broken', error);
}

/** A typed array or string that the process cannot hold; the file asked for it, and trying the next page would ask again. */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError && /allocation failed|invalid (?:typed )?array length|invalid string length/i.test(error.message);
}
