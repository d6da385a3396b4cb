import { MarkdownExtractor } from '../../../src/documents/extractors/markdown.extractor.js';
import { extract, failureOf, headingsOf } from './text-formats.js';

const markdown = new MarkdownExtractor();

describe('reading Markdown', () => {
  it('finds the headings and takes the first for the title', async () => {
    const read = await extract(markdown, '# The *kettle*\n\nIntro.\n\nCleaning\n--------\n\nText.\n\n### `descale` it\n\nMore.');
    expect(headingsOf(read)).toEqual([
      { level: 1, text: 'The kettle' },
      { level: 2, text: 'Cleaning' },
      { level: 3, text: 'descale it' },
    ]);
    expect(read.title).toBe('The kettle');
    expect(read.readable.text).toBe('The kettle\n\nIntro.\n\nCleaning\n\nText.\n\ndescale it\n\nMore.');
  });

  it('does not take a hash within code for a heading', async () => {
    const read = await extract(markdown, '```sh\n# comment\nrun   --all\n```\n\nDone.');
    expect(read.readable.headings).toEqual([]);
    expect(read.readable.text).toBe('# comment\nrun   --all\n\nDone.');
  });

  it('keeps lists, tables and quotes readable', async () => {
    const source =
      '- one\n- two\n  1. inner\n  2. next\n\n| Code | Meaning |\n|------|---------|\n| E1 | No water |\n| E2 | |\n\n> Quoted.';
    expect((await extract(markdown, source)).readable.text).toBe(
      '- one\n- two\n  1. inner\n  2. next\n\nCode | Meaning\nE1 | No water\nE2\n\nQuoted.',
    );
  });

  it('shows what a link says and drops where it leads', async () => {
    const { readable } = await extract(markdown, 'See **[the manual](https://example.org/a?b=c "t")** &amp; <https://example.org>.');
    expect(readable.text).toBe('See the manual & https://example.org.');
  });

  it('takes the title of its front matter', async () => {
    const read = await extract(markdown, '---\ntitle: "Warranty terms"\ntags: [a]\n---\n# Scope\n\nText.');
    expect(read.title).toBe('Warranty terms');
    expect(read.readable.text).toBe('Scope\n\nText.');
  });

  it('reads what is nested too deeply for a parser as it stands', async () => {
    const { readable } = await extract(markdown, `${'>'.repeat(20_000)} deep`);
    expect(readable.text).toContain('deep');
  });

  it('refuses Markdown without anything in it', async () => {
    expect(await failureOf(markdown, '---\n\n<!-- nothing -->\n')).toMatchObject({ code: 'NO_TEXT_FOUND' });
  });
});
