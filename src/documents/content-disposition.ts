/**
 * `Content-Disposition` of a download (RFC 6266): an ASCII name for old clients, and the whole name in RFC 5987's form
 * when that one lost something.
 */
export function attachmentDisposition(filename: string): string {
  const plain = filename.replace(/[^\x20-\x7e]|["\\%]/gu, '_');
  const quoted = `attachment; filename="${plain}"`;
  return plain === filename ? quoted : `${quoted}; filename*=UTF-8''${encodeExtended(filename)}`;
}

/** Percent-encodes what is no `attr-char` of RFC 5987; encodeURIComponent leaves four of those as they are. */
function encodeExtended(value: string): string {
  return encodeURIComponent(value).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
