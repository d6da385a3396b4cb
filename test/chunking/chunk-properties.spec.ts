import fc from 'fast-check';
import { chunkText, type Chunk, type ChunkLimits, type CountTokens, type Heading, type ReadableText } from '../../src/chunking/index.js';
import { loadTokenizer } from '../../src/embedding/index.js';
import { modelFolder } from '../support/real-model.js';
import { charCounter, fourCharCounter, wordCounter } from '../support/token-counters.js';

const oddWord = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const sentence = fc
  .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom('printer', 'a', 'Überhitzung', '日本語', 'reset', '3.5', 'don’t') }, oddWord), {
    minLength: 1,
    maxLength: 25,
  })
  .map((words) => `${words.join(' ')}.`);
const longWord = fc
  .integer({ min: 50, max: 600 })
  .chain((length) => fc.constantFrom('x', '日', '🙂', 'ab-', 'é').map((unit) => unit.repeat(length)));
const signs = fc.constantFrom('-----', '***', '| | |', '…', '— — —', '\n\n', '\n', ' ', '\t', '\f', '\r\n', '\u2028', '\ufeff');
const part = fc.oneof(
  { weight: 8, arbitrary: sentence },
  { weight: 2, arbitrary: anyText },
  { weight: 1, arbitrary: longWord },
  { weight: 3, arbitrary: signs },
);
const separator = fc.constantFrom(' ', '\n', '\n\n', '', '  \n \n');
const body = fc.array(fc.tuple(part, separator), { maxLength: 25 }).map((parts) => parts.flat().join(''));
const heading = fc.record({
  level: fc.integer({ min: 1, max: 4 }),
  text: fc.constantFrom('Set-up', 'Wi-Fi', 'Errors and what they mean '.repeat(9), 'FAQ'),
});

/** Pages of sections, as an extractor leaves them: offsets and spans true. */
const document = fc
  .array(fc.array(fc.tuple(fc.option(heading), body), { minLength: 1, maxLength: 3 }), { maxLength: 4 })
  .map((pages): ReadableText => {
    const readable: ReadableText = { text: '', pages: [], headings: [] };
    pages.forEach((sections, i) => {
      const charStart = readable.text.length;
      for (const [title, content] of sections) {
        if (title) addHeading(readable, title);
        readable.text += `${content}\n`;
      }
      readable.pages.push({ page: i + 1, charStart, charEnd: readable.text.length });
      readable.text += '\n';
    });
    return readable;
  });

function addHeading(readable: ReadableText, { level, text }: Pick<Heading, 'level' | 'text'>): void {
  const charStart = readable.text.length;
  readable.text += text;
  readable.headings.push({ level, text, charStart, charEnd: readable.text.length });
  readable.text += '\n';
}

const limits = fc
  .record({
    chunkTokens: fc.integer({ min: 8, max: 60 }),
    overlap: fc.double({ min: 0, max: 0.45, noNaN: true }),
    room: fc.integer({ min: 0, max: 30 }),
  })
  .map(({ chunkTokens, overlap, room }): ChunkLimits => ({
    chunkTokens,
    overlapTokens: Math.floor(chunkTokens * overlap),
    embeddingTokensMax: chunkTokens + room,
  }));
const title = fc.oneof(
  fc.constantFrom('', 'Printer manual', 'Set-up', 'A very long title of a manual '.repeat(20), 'x'.repeat(400)),
  anyText,
);

function expectSound(readable: ReadableText, name: string, limits: ChunkLimits, countTokens: CountTokens): void {
  const chunks = chunkText(readable, name, limits, countTokens);
  expect([...lost(readable.text, chunks), ...chunks.flatMap((_, i) => faults(readable, chunks, i, limits, countTokens))]).toEqual([]);
}

/** Text that is in no chunk. */
function lost(text: string, chunks: Chunk[]): string[] {
  const ends = [0, ...chunks.map(({ charEnd }) => charEnd)];
  return [...chunks.map(({ charStart }) => charStart), text.length].flatMap((start, i) => text.slice(ends[i], start).trim() || []);
}

/** What chunk `i` breaks of what every chunk promises. */
function faults({ text, pages }: ReadableText, chunks: Chunk[], i: number, limits: ChunkLimits, countTokens: CountTokens): string[] {
  const chunk = chunks[i];
  const previous = i > 0 ? chunks[i - 1] : null;
  const pageOf = (char: number): number => pages.findLast((page) => page.charStart <= char)?.page ?? 1;
  const overlap = previous ? text.slice(chunk.charStart, previous.charEnd) : '';
  const promises = {
    'is numbered in order': chunk.chunkIndex === i,
    'is what its offsets say': text.slice(chunk.charStart, chunk.charEnd) === chunk.text,
    'is trimmed and not empty': chunk.text !== '' && chunk.text.trim() === chunk.text,
    'is within its tokens': countTokens(chunk.text) <= limits.chunkTokens,
    'is embedded whole': chunk.embeddingText.endsWith(chunk.text) && countTokens(chunk.embeddingText) <= limits.embeddingTokensMax,
    'tears no character apart': !tears(text, chunk.charStart) && !tears(text, chunk.charEnd),
    'begins and ends later than the one before': !previous || (chunk.charStart > previous.charStart && chunk.charEnd > previous.charEnd),
    'overlaps within the limit': countTokens(overlap) <= limits.overlapTokens,
    'knows its pages': chunk.pageStart === pageOf(chunk.charStart) && chunk.pageEnd === pageOf(chunk.charEnd - 1),
  };
  return Object.entries(promises).flatMap(([promise, kept]) => (kept ? [] : `chunk ${i} breaks: ${promise}`));
}

function tears(text: string, at: number): boolean {
  return /[\ud800-\udbff]/.test(text[at - 1] ?? '') && /[\udc00-\udfff]/.test(text[at] ?? '');
}

describe('chunks of any document lose nothing, stay in order and within their limits', () => {
  const { countTokens: realCounter } = loadTokenizer(modelFolder);

  it.each([
    ['words as tokens', wordCounter],
    ['four characters as a token', fourCharCounter],
    ['characters as tokens', charCounter],
    ['the real tokenizer', realCounter],
  ])('with %s', (_, countTokens) => {
    fc.assert(
      fc.property(document, title, limits, (readable, name, within) => expectSound(readable, name, within, countTokens)),
      { numRuns: 200 },
    );
  });

  it('with headings and pages that lie', () => {
    const number = fc.integer({ min: -5, max: 300 });
    const lyingHeading = fc.record({ level: fc.oneof(number, fc.constant(NaN)), text: anyText, charStart: number, charEnd: number });
    fc.assert(
      fc.property(body, fc.array(lyingHeading, { maxLength: 8 }), limits, (text, headings, within) =>
        expectSound({ text, headings, pages: [{ page: 1, charStart: 0, charEnd: text.length }] }, 'Title', within, fourCharCounter),
      ),
      { numRuns: 200 },
    );
  });
});
