import type { Heading, ReadableText } from './chunk.js';
import { tearsCharacter } from './safe-cut.js';

/** Deeper ones count as this deep: a document may number its outline without end. */
const LEVELS_MAX = 8;
/** Of a heading's text, when it stands above a chunk. */
const HEADING_CHARS_MAX = 500;

/** A heading's line and what stands below it up to the next heading. */
export interface Section {
  charStart: number;
  /** Where the heading's own line ends; `charStart` when there is none. */
  bodyStart: number;
  charEnd: number;
  /** 0 for what stands before the first heading. */
  level: number;
  /** The headings that it stands under, outermost first, its own last. */
  path: { text: string; charStart: number }[];
}

/** The whole text as sections, in order, without gaps. Headings that lie outside of the text or in one another are passed over. */
export function sectionsOf({ text, headings }: ReadableText): Section[] {
  const sections: Section[] = [];
  let current: Section = { charStart: 0, bodyStart: 0, charEnd: text.length, level: 0, path: [] };
  let above: { text: string; charStart: number; level: number }[] = [];
  for (const heading of usable(headings, text)) {
    current.charEnd = heading.charStart;
    if (current.charEnd > current.charStart) sections.push(current);
    const level = Math.max(1, Math.min(LEVELS_MAX, Math.floor(heading.level) || 1));
    above = above.filter((outer) => outer.level < level);
    above.push({ text: heading.text, charStart: heading.charStart, level });
    current = {
      charStart: heading.charStart,
      bodyStart: heading.charEnd,
      charEnd: text.length,
      level,
      path: above.map(({ text, charStart }) => ({ text, charStart })),
    };
  }
  sections.push(current);
  return sections;
}

function usable(headings: Heading[], text: string): Heading[] {
  let lastEnd = 0;
  return [...headings]
    .sort((a, b) => a.charStart - b.charStart)
    .map((heading) => ({ ...heading, text: heading.text.slice(0, HEADING_CHARS_MAX).replace(/\s+/g, ' ').trim() }))
    .filter(({ text: title, charStart, charEnd }) => {
      if (title === '' || charStart < lastEnd || charEnd <= charStart || charEnd > text.length) return false;
      if (tearsCharacter(text, charStart) || tearsCharacter(text, charEnd)) return false;
      lastEnd = charEnd;
      return true;
    });
}
