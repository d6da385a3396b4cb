import { chunkText, type Chunk, type ChunkLimits, type Heading, type ReadableText } from '../../src/chunking/index.js';
import { loadTokenizer } from '../../src/embedding/index.js';
import { modelFolder } from '../support/real-model.js';
import { fourCharCounter, wordCounter } from '../support/token-counters.js';

const limits: ChunkLimits = { chunkTokens: 20, overlapTokens: 6, embeddingTokensMax: 32 };
const withoutOverlap = { ...limits, overlapTokens: 0 };

/** Lines that begin with # are headings; a form feed begins a new page. */
function document(markdown: string): ReadableText {
  const headings: Heading[] = [...markdown.matchAll(/^(#+) (.+)$/gm)].map((match) => ({
    level: match[1].length,
    text: match[2],
    charStart: match.index,
    charEnd: match.index + match[0].length,
  }));
  const starts = [0, ...[...markdown.matchAll(/\f/g)].map(({ index }) => index + 1)];
  const pages = starts.map((charStart, i) => ({
    page: i + 1,
    charStart,
    charEnd: i + 1 < starts.length ? starts[i + 1] - 1 : markdown.length,
  }));
  return { text: markdown, headings, pages };
}

const chunk = (markdown: string, within = limits, title = 'Manual'): Chunk[] => chunkText(document(markdown), title, within, wordCounter);
const texts = (chunks: Chunk[]): string[] => chunks.map(({ text }) => text);
const words = (count: number, word = 'word'): string => Array.from({ length: count }, (_, i) => `${word}${i}`).join(' ');

describe('where a chunk ends', () => {
  it('makes one chunk of a short text and none of a blank one', () => {
    expect(texts(chunk('  The tray holds 250 sheets.\n'))).toEqual(['The tray holds 250 sheets.']);
    expect(chunk('')).toEqual([]);
    expect(chunk(' \n\f\t\u00a0')).toEqual([]);
  });

  it('ends at a sentence, though more words would fit', () => {
    const first = `First ${words(12)}.`;
    const second = `Second ${words(12)}.`;
    expect(texts(chunk(`${first} ${second}`, withoutOverlap))).toEqual([first, second]);
  });

  it('ends at a paragraph rather than at a later sentence', () => {
    const paragraph = `One ${words(11)}.`;
    const next = `Two three four. Then ${words(12)}.`;
    expect(texts(chunk(`${paragraph}\n\n${next}`, withoutOverlap))[0]).toBe(paragraph);
  });

  it('takes a line that was broken for print as one sentence', () => {
    const sentence = `A sentence\nthat goes on ${words(6)}\nover lines.`;
    expect(texts(chunk(`Short ${words(10)}. ${sentence}`, withoutOverlap))[1]).toBe(sentence);
  });

  it('splits a sentence that is too long at a word', () => {
    const chunks = texts(chunk(words(50), withoutOverlap));
    expect(chunks.map(wordCounter)).toEqual([20, 20, 10]);
    expect(chunks.join(' ')).toBe(words(50));
  });

  it('splits a word that is too long, but no character', () => {
    const family = '👩‍👩‍👧‍👦';
    const chunks = chunkText(document(family.repeat(200)), '', withoutOverlap, fourCharCounter);
    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks.every(({ text }) => text === family.repeat(text.length / family.length))).toBe(true);
    expect(texts(chunks).join('')).toBe(family.repeat(200));
  });

  it('leaves no chunk of signs alone behind a text', () => {
    const signs = Array.from({ length: 5 }, () => '***').join(' ');
    const chunks = chunk(`Begin ${words(9)}. End ${words(8)}. ${signs}`, withoutOverlap);
    expect(chunks).toHaveLength(2);
    expect(chunks[1].text).toMatch(/^End .* \*\*\*$/);
  });
});

describe('what a chunk repeats', () => {
  it('repeats the last whole sentences that fit the overlap', () => {
    const chunks = chunk(`Start ${words(12)}. A short one. ${words(14, 'Next')}.`);
    expect(chunks[1].text.startsWith('A short one. Next0')).toBe(true);
  });

  it('repeats the last words of a sentence that does not fit', () => {
    const chunks = chunk(`Start ${words(15)}. Then ${words(12, 'next')}.`);
    expect(chunks[1].text.startsWith('word9 word10 word11 word12 word13 word14. Then')).toBe(true);
  });

  it('repeats words of a script without spaces', () => {
    const { countTokens } = loadTokenizer(modelFolder);
    const text = '打印机显示错误代码并且无法连接到网络请重新启动设备然后再试一次。'.repeat(4);
    const [first, second] = chunkText(document(text), '', { chunkTokens: 40, overlapTokens: 8, embeddingTokensMax: 60 }, countTokens);
    expect(second.charStart).toBeLessThan(first.charEnd);
    expect(first.charEnd - second.charStart).toBeLessThanOrEqual(8);
  });

  it('repeats nothing across a heading', () => {
    const chunks = chunk(`# One\n${words(15)}.\n# Two\n${words(15)}.`);
    expect(chunks[1].text.startsWith('# Two')).toBe(true);
  });
});

describe('headings', () => {
  const manual = `# Set-up\n## Paper\nUse ${words(14)}.\n## Wi-Fi\nPress ${words(14)}.\n# Errors\nSee ${words(14)}.`;

  it('begins a new chunk at a heading, with its own line and the path above it', () => {
    const chunks = chunk(manual);
    expect(chunks.map(({ headingPath }) => headingPath)).toEqual([['Set-up', 'Paper'], ['Set-up', 'Wi-Fi'], ['Errors']]);
    expect(chunks[0].text.startsWith('# Set-up\n## Paper\nUse')).toBe(true);
    expect(chunks[1].text.startsWith('## Wi-Fi\nPress')).toBe(true);
  });

  it('embeds the title and the headings that the text does not hold itself', () => {
    const chunks = chunk(manual);
    expect(chunks[0].embeddingText).toBe(`Manual\n${chunks[0].text}`);
    expect(chunks[1].embeddingText).toBe(`Manual\nSet-up\n${chunks[1].text}`);
  });

  it('keeps the path in front of a later chunk of the same section', () => {
    const chunks = chunk(`# Set-up\n## Paper\nUse ${words(14)}. Then ${words(14)}.`);
    expect(chunks[1].embeddingText.startsWith('Manual\nSet-up\nPaper\n')).toBe(true);
  });

  it('leaves the title out when the first heading says the same', () => {
    const chunks = chunk(`# The  Manual\nUse ${words(14)}. Then ${words(14)}.`, limits, 'the manual');
    expect(chunks[1].embeddingText.startsWith('The Manual\nword')).toBe(true);
  });

  it('puts tiny sections of one parent into one chunk under the parent', () => {
    const chunks = chunk('# FAQ\n## Ink\nBlack.\n## Paper\nA4 only.\n', { ...limits, chunkTokens: 40, embeddingTokensMax: 60 });
    expect(chunks).toHaveLength(1);
    expect(chunks[0].headingPath).toEqual(['FAQ']);
  });

  it('does not put a tiny section into a chunk with the chapter behind it', () => {
    const chunks = chunk('# FAQ\n## Ink\nBlack.\n# Safety\nKeep dry.\n', { ...limits, chunkTokens: 60, embeddingTokensMax: 80 });
    expect(chunks.map(({ headingPath }) => headingPath)).toEqual([['FAQ', 'Ink'], ['Safety']]);
  });

  it('leaves no heading behind at the end of a chunk', () => {
    const chunks = chunk(`Intro ${words(3)}.\n# Long\nA ${words(18)}. And ${words(10)}.`);
    expect(chunks.every(({ text }) => !/# Long$/.test(text))).toBe(true);
  });
});

describe('a title or a path too long to stand whole', () => {
  it('shortens the title at a word and keeps the text whole', () => {
    const [only] = chunk(`Use ${words(19)}`, limits, words(100, 'title'));
    expect(only.embeddingText).toBe(`${words(12, 'title')}\n${only.text}`);
  });

  it('gives the deepest headings what fits beside half of a title, and the title the rest', () => {
    const chunks = chunk(
      `# ${words(9, 'outer')}\n## ${words(4, 'deep')}\nA ${words(16)}. B ${words(18)}`,
      withoutOverlap,
      words(100, 'title'),
    );
    const last = chunks.at(-1) as Chunk;
    expect(last.embeddingText).toBe(`${words(9, 'title')}\n${words(4, 'deep')}\n${last.text}`);
    expect(wordCounter(last.embeddingText)).toBe(32);
  });

  it('leaves both out when the text takes all of the room', () => {
    const [only] = chunk(words(20), { ...limits, embeddingTokensMax: 20 });
    expect(only.embeddingText).toBe(only.text);
  });
});

describe('pages', () => {
  it('names the pages that a chunk begins and ends on', () => {
    const chunks = chunk(`${words(15)}.\fStill ${words(3)}. Next ${words(15)}.\f${words(3)}.`, withoutOverlap);
    expect(chunks.map(({ pageStart, pageEnd }) => [pageStart, pageEnd])).toEqual([
      [1, 2],
      [2, 3],
    ]);
  });

  it('passes over pages without text', () => {
    const [only] = chunk('\f\fOn page three.\f');
    expect([only.pageStart, only.pageEnd]).toEqual([3, 3]);
  });

  it('takes a text without pages as page 1', () => {
    const [only] = chunkText({ text: 'Text.', pages: [], headings: [] }, '', limits, wordCounter);
    expect([only.pageStart, only.pageEnd]).toEqual([1, 1]);
  });
});
