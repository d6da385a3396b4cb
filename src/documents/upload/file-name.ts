const CHARACTERS_MAX = 255;
/** What is longer behind the last dot, or has blanks, is no extension but part of the name. */
const EXTENSION = /^\S{1,16}$/u;
const NAMELESS = 'document';

// Controls, line separators, unpaired surrogates, and the marks that turn the direction of writing: with those,
// "exe.fdp" could be shown as "pdf.exe".
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\ufeff]/gu;

/**
 * A user's file name as a label to show and to offer for downloads. It never names anything on the disk: originals are
 * named by their hash.
 *
 * @returns 1 to 255 characters: no path, no control characters, the extension kept when the name must be cut
 */
export function cleanFileName(name: string): string {
  const base = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const cleaned = base.replace(UNPRINTABLE, '').replace(/\s+/g, ' ').trim();
  if (/^\.*$/.test(cleaned)) return NAMELESS;
  return cut(cleaned);
}

/** The name without its extension: what a document is called until its own title is known. */
export function titleFromFileName(name: string, charactersMax: number): string {
  const { stem } = split(Array.from(name));
  return stem.slice(0, charactersMax).join('').trim() || NAMELESS;
}

/** A file name for text that came without one. */
export function fileNameFromTitle(title: string, extension: string): string {
  return cleanFileName(`${cleanFileName(title.replace(/[/\\]/g, '-'))}${extension}`);
}

function cut(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= CHARACTERS_MAX) return name;
  const { stem, extension } = split(characters);
  return [...stem.slice(0, CHARACTERS_MAX - extension.length), ...extension].join('');
}

function split(characters: string[]): { stem: string[]; extension: string[] } {
  const dot = characters.lastIndexOf('.');
  const isExtension = dot > 0 && EXTENSION.test(characters.slice(dot + 1).join(''));
  const end = isExtension ? dot : characters.length;
  return { stem: characters.slice(0, end), extension: characters.slice(end) };
}
