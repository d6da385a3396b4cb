const previewLengthMax = 100;

/** The text's first 100 characters at most (UTF-16 code units), never half of a surrogate pair. */
export function textPreview(text: string): string {
  if (text.length <= previewLengthMax) return text;
  const last = text.charCodeAt(previewLengthMax - 1);
  const endsInPairsFirstHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, endsInPairsFirstHalf ? previewLengthMax - 1 : previewLengthMax);
}
