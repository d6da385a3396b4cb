import fc from 'fast-check';
import { chunkText, storedEmbeddingText, type ReadableText } from '../../src/chunking/index.js';
import { loadTokenizer } from '../../src/embedding/index.js';
import { modelFolder } from '../support/real-model.js';
import { fourCharCounter, wordCounter } from '../support/token-counters.js';

const limits = { chunkTokens: 20, overlapTokens: 4, embeddingTokensMax: 32 };

/** Sections with headings of their own, one below another. */
function manual(sections: { level: number; heading: string; body: string }[]): ReadableText {
  let text = '';
  const headings = sections.map(({ level, heading, body }) => {
    const charStart = text.length;
    text += `${heading}\n\n${body}\n\n`;
    return { level, text: heading, charStart, charEnd: charStart + heading.length };
  });
  return { text, headings, pages: [{ page: 1, charStart: 0, charEnd: text.length }] };
}

const words = (most: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom('lamp', 'button', 'tray.', 'Hold', 'reset,', 'valve'), { minLength: 1, maxLength: most })
    .map((all) => all.join(' '));
const section = fc.record({ level: fc.integer({ min: 1, max: 3 }), body: words(60) });

describe('what is embedded for a stored chunk', () => {
  it('is what was embedded for it when its document was cut', () => {
    fc.assert(
      fc.property(words(4), fc.array(section, { minLength: 1, maxLength: 6 }), (title, sections) => {
        // numbered, as no two headings of a document are the same line as a body's
        const readable = manual(sections.map((each, n) => ({ ...each, heading: `${n}. Heading of part ${n}` })));
        for (const chunk of chunkText(readable, title, limits, wordCounter)) {
          const stored = storedEmbeddingText(title, chunk, limits.embeddingTokensMax, wordCounter);
          expect(stored).toEqual({ text: chunk.embeddingText, isCut: false });
        }
      }),
    );
  });

  it('never exceeds the model, has a beginning of the text in it, and says when that is not all', () => {
    const texts = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }).filter((text) => text.trim() !== '');
    fc.assert(
      fc.property(fc.string(), texts, fc.array(fc.string({ maxLength: 40 }), { maxLength: 3 }), (title, text, headingPath) => {
        const { text: embedded, isCut } = storedEmbeddingText(title, { text, headingPath }, 16, fourCharCounter);
        const own = embedded.slice(embedded.lastIndexOf('\n') + 1);
        expect(fourCharCounter(embedded)).toBeLessThanOrEqual(16);
        if (isCut) expect(fourCharCounter(text)).toBeGreaterThan(16);
        else expect(embedded.endsWith(text.trim())).toBe(true);
        expect(text).toContain(own);
      }),
    );
  });

  it('counts a text of any length in no time', () => {
    const { countTokens } = loadTokenizer(modelFolder);
    const { text, isCut } = storedEmbeddingText('Manual', { text: 'wörter '.repeat(1_000_000), headingPath: [] }, 254, countTokens);
    expect(isCut).toBe(true);
    expect(countTokens(text)).toBeLessThanOrEqual(254);
    expect(countTokens(text)).toBeGreaterThan(250);
  });

  it('leaves a long title a quarter of the room', () => {
    const { text } = storedEmbeddingText('title '.repeat(40), { text: 'text '.repeat(40), headingPath: [] }, 32, wordCounter);
    expect(text.match(/title/g)).toHaveLength(8);
    expect(text.match(/text/g)).toHaveLength(24);
  });
});
