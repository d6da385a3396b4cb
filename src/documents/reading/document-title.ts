import { cleanLine, holdsText } from '../extractors/index.js';

const titleCharactersMax = 500;

/** The first of the candidates that says something, as one line; else the file's name without its extension. */
export function titleOf(candidates: readonly (string | null)[], filename: string): string {
  const name = filename.replace(/^.*[\\/]/, '');
  const stem = name.replace(/(?<=.)\.[^.\s]{1,10}$/, '');
  for (const candidate of [...candidates, stem, name]) {
    const title = shorten(cleanLine(candidate ?? ''));
    if (holdsText(title)) return title;
  }
  return 'Untitled document';
}

function shorten(title: string): string {
  if (title.length <= titleCharactersMax) return title;
  const cut = title.slice(0, titleCharactersMax - 1).replace(/[\ud800-\udbff]$/, '');
  return `${cut.trimEnd()}…`;
}
