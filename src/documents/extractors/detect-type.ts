import { fileTypeFromBuffer } from 'file-type';
import { decodeHead } from './decode-text.js';
import { UnsupportedTypeError } from './extractors.errors.js';

export type SupportedMimeType = 'application/pdf' | 'text/plain' | 'text/markdown' | 'text/html';
export interface DetectedType {
  mimeType: SupportedMimeType;
}

/** Bytes of a file's beginning that are enough to decide. */
export const detectionBytes = 65_536;

const supported = 'PDF, plain text, Markdown and HTML can be stored.';
/** Readers have always taken a PDF whose header stands anywhere in here (ISO 32000, annex H). */
const pdfHeaderBytes = 1024;
const htmlBeginning = /^\s*(?:<\?xml[^>]*\?>\s*|<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i;
const anyTag = /<[a-z][a-z0-9-]*(?:\s[^<>]*)?>/i;
/**
 * What a file is, by its bytes; the name only tells Markdown from plain text, and never makes text of binary data.
 * Rejects with UnsupportedTypeError, which says what the file is instead.
 *
 * @param head the first `detectionBytes` of the file, or all of it when it is shorter
 */
export async function detectType(head: Uint8Array, filename: string): Promise<DetectedType> {
  if (head.length === 0) throw new UnsupportedTypeError(`${quoted(filename)} holds no bytes: nothing was stored. ${supported}`);
  const namedPdf = /\.pdf$/i.test(filename.trim());
  const pdfHeaderAt = Buffer.from(head.subarray(0, pdfHeaderBytes)).indexOf('%PDF-');
  if (pdfHeaderAt >= 0 && /^\s*$/.test(Buffer.from(head.subarray(0, pdfHeaderAt)).toString('latin1').replace('ï»¿', ''))) {
    return { mimeType: 'application/pdf' };
  }
  const text = decodeHead(head);
  if (text === null || isBinary(text)) return detectBinary(head, filename, { namedPdf, pdfHeaderAt, text });
  const mimeType = textType(text, filename);
  // Text that only mentions the header is text; under the name .pdf it is a PDF with something in front of it.
  if (namedPdf && pdfHeaderAt >= 0 && mimeType === 'text/plain') return { mimeType: 'application/pdf' };
  if (namedPdf) throw misnamed(filename, mimeType === 'text/html' ? 'HTML' : 'plain text');
  const markup = /^\s*\{\\rtf/.test(text) ? 'RTF' : /^%!PS/.test(text) ? 'PostScript' : null;
  if (markup) throw new UnsupportedTypeError(`${quoted(filename)} holds ${markup}: nothing was stored. ${supported}`);
  return { mimeType };
}

async function detectBinary(
  head: Uint8Array,
  filename: string,
  seen: { namedPdf: boolean; pdfHeaderAt: number; text: string | null },
): Promise<DetectedType> {
  const kind = await nameOf(head);
  if (kind && seen.namedPdf) throw misnamed(filename, kind);
  if (kind) throw new UnsupportedTypeError(`${quoted(filename)} holds ${kind}: nothing was stored. ${supported}`);
  // A damaged PDF is still one: its reading says what is wrong with it.
  if (seen.pdfHeaderAt >= 0 || seen.namedPdf) return { mimeType: 'application/pdf' };
  const problem =
    seen.text === null && !isBinary(Buffer.from(head).toString('latin1'))
      ? 'holds text that is neither UTF-8 nor UTF-16 with a byte order mark (Windows-1252, perhaps): nothing was stored. Save it as UTF-8 and upload it again.'
      : `holds binary data of an unknown kind: nothing was stored. ${supported}`;
  throw new UnsupportedTypeError(`${quoted(filename)} ${problem}`);
}

function textType(text: string, filename: string): Exclude<SupportedMimeType, 'application/pdf'> {
  if (htmlBeginning.test(text)) return 'text/html';
  if (/\.x?html?$/i.test(filename) && anyTag.test(text)) return 'text/html';
  return /\.(?:md|markdown)$/i.test(filename) ? 'text/markdown' : 'text/plain';
}

/** U+0000 never stands in text; of other controls one in a thousand characters is let through, and cleaned later. */
function isBinary(text: string): boolean {
  let controls = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0) return true;
    if (isBinaryControl(code)) controls++;
  }
  return controls > text.length / 1000;
}

/** Of the controls text files do hold backspace to carriage return, substitute (the old end-of-file mark) and escape. */
function isBinaryControl(code: number): boolean {
  if (code >= 0x20) return code === 0x7f;
  return !((code >= 0x08 && code <= 0x0d) || code === 0x1a || code === 0x1b);
}

/** "a DOCX file (application/…)" by the signature of the bytes, null when they have none that is known. */
async function nameOf(head: Uint8Array): Promise<string | null> {
  const found = await fileTypeFromBuffer(head).catch(() => undefined); // a head may end within what its reader asks for
  if (!found || found.mime === 'application/pdf') return startsAsZip(head) ? 'a ZIP file (application/zip)' : null;
  const name =
    found.ext === 'cfb' ? 'an older Microsoft Office file' : `${/^[aeiou]/.test(found.ext) ? 'an' : 'a'} ${found.ext.toUpperCase()} file`;
  return `${name} (${found.mime})`;
}

function startsAsZip(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x4b && head[2] === 0x03 && head[3] === 0x04;
}

function misnamed(filename: string, kind: string): UnsupportedTypeError {
  return new UnsupportedTypeError(
    `${quoted(filename)} is named .pdf, but holds ${kind}: nothing was stored. Upload the PDF itself, or this file under a name that says what it is.`,
  );
}

/** A name for a message: one line, not too long. */
function quoted(filename: string): string {
  const name = filename.replace(/[\p{C}\s]+/gu, ' ').trim();
  return `"${name.length > 80 ? `${name.slice(0, 79).replace(/\p{Surrogate}$/u, '')}…` : name}"`;
}
