import { cleanLine } from '../clean-text.js';

/** What programs write into the title when nobody has given one. */
const nobodysTitles = [
  /^untitled\b/i,
  /^(?:new |no )?(?:document|title)\s*\d*$/i,
  /^(?:microsoft (?:word|powerpoint|excel|publisher)|powerpoint presentation|slide) ?[-–]?/i,
  /^(?:print|layout|page|blank|template|cover|scan|scanned document|image)\s*\d*$/i,
  /\.(?:docx?|pptx?|xlsx?|odt|ods|odp|rtf|tex|dvi|ps|eps|indd|qxd|fm|pub|pages|pdf|html?|txt|md|tmp|cdr|ai|dwg|graffle|key|wpd|sxw)$/i,
  /^(?:[a-z]:[\\/]|\\\\|\/|file:|https?:)/i,
  /^[\p{P}\p{S}\p{N}\s]*$/u,
];

/** The title that the file's own information gives, if a person could have meant it. */
export function sensibleTitle(title: unknown): string | null {
  if (typeof title !== 'string') return null;
  const line = cleanLine(title);
  if (line.length < 2 || line.includes('\ufffd')) return null;
  return nobodysTitles.some((pattern) => pattern.test(line)) ? null : line;
}
