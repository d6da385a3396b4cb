import type { ExtractionWarning } from './extractor.port.js';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** By its byte order mark; UTF-8 without one. UTF-16 without a mark is not guessed: it cannot be told from binary data. */
export function encodingOf(bytes: Uint8Array): TextEncoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** The text without its byte order mark; null when the bytes are not of their encoding. A head may end within a character. */
export function decodeHead(head: Uint8Array): string | null {
  try {
    return new TextDecoder(encodingOf(head), { fatal: true }).decode(head, { stream: true });
  } catch {
    return null;
  }
}

/** All of the text; what is not of its encoding becomes U+FFFD, and a warning says so. */
export function decodeWithWarning(bytes: Uint8Array): { text: string; warnings: ExtractionWarning[] } {
  const encoding = encodingOf(bytes);
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), warnings: [] };
  } catch {
    const text = new TextDecoder(encoding).decode(bytes);
    const replaced = text.split('\ufffd').length - 1;
    const detail = `The text holds bytes that are not ${encoding.toUpperCase()}; ${replaced} of its characters are shown as U+FFFD. Save it as UTF-8 and upload it again.`;
    return { text, warnings: [{ code: 'CHARACTERS_REPLACED', detail }] };
  }
}
