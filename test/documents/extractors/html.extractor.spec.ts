import fc from 'fast-check';
import { HtmlExtractor } from '../../../src/documents/extractors/html.extractor.js';
import { readHtml } from '../../../src/documents/extractors/html-text.js';
import { extract, failureOf, headingsOf } from './text-formats.js';

const html = new HtmlExtractor();
const textOf = async (source: string): Promise<string> => (await extract(html, source)).readable.text;

describe('reading HTML', () => {
  it('takes title and headings', async () => {
    const read = await extract(html, '<title> Care\n &amp; use </title><body><h1>Care</h1><p>Wipe.<h2>Daily <em>care</em></h2>Rinse.');
    expect(read.title).toBe('Care & use');
    expect(headingsOf(read)).toEqual([
      { level: 1, text: 'Care' },
      { level: 2, text: 'Daily care' },
    ]);
    expect(read.readable.text).toBe('Care\n\nWipe.\n\nDaily care\n\nRinse.');
    expect(read.readable.pages).toEqual([{ page: 1, charStart: 0, charEnd: read.readable.text.length }]);
  });

  it('takes the first heading for the title where there is none', async () => {
    expect((await extract(html, '<body><h2>Care</h2><p>Wipe.')).title).toBe('Care');
    expect((await extract(html, '<title> </title><body><p>Wipe.')).title).toBeNull();
  });

  it('leaves out what is no text of the page', async () => {
    const source = `<nav><ul><li>Home</ul></nav><script>var a = "<p>no</p>"</script><style>p{}</style><noscript>no</noscript>
      <template><p>no</p></template><svg><title>no</title><text>no</text></svg><p hidden>no</p><!-- no --><p>yes`;
    expect(await textOf(source)).toBe('yes');
  });

  it('breaks lines at blocks and nowhere else', async () => {
    expect(await textOf('<div>a <b>b</b>\n c</div><div>d<br>e</div><p>f</p>g')).toBe('a b c\nd\ne\n\nf\n\ng');
  });

  it('reads tables row by row', async () => {
    const source =
      '<table><tr><th>Code<th>Meaning</tr><tr><td><p>E1</p></td><td><p>No water</p></td></tr><tr><td></td><td>x</td></tr></table>after';
    expect(await textOf(source)).toBe('Code | Meaning\nE1 | No water\n| x\n\nafter');
  });

  it('numbers and indents lists', async () => {
    expect(await textOf('<ol start=3><li>three<li><p>four</p><ul><li>inner</ul><li>five</ol>')).toBe(
      '3. three\n4. four\n  - inner\n5. five',
    );
  });

  it('keeps preformatted text as it is', async () => {
    expect(await textOf('<p>Run</p><pre>\nnpm  start\n  &lt;b&gt;\n</pre><p>then')).toBe('Run\n\nnpm  start\n  <b>\n\nthen');
  });

  it('decodes entities and cleans what they smuggle in', async () => {
    expect(await textOf('<p>&eacute;&#x1F642;&nbsp;a&#0;b&#xD800;c&lt;')).toBe('é🙂\u00a0a\ufffdb\ufffdc<');
  });

  it('reads broken and deeply nested markup', async () => {
    expect(await textOf('<p>a</b></td><li>b</ul></h1><h3>c')).toContain('a');
    expect(await textOf(`${'<div>'.repeat(50_000)}deep`)).toBe('deep');
  });

  it('ends on any markup, with headings where they are', () => {
    const tags = ['p', 'h1', 'h2', 'ul', 'ol', 'li', 'table', 'tr', 'td', 'pre', 'nav', 'br', 'title', 'div', 'svg'];
    const piece = fc.oneof(fc.constantFrom(...tags.flatMap((tag) => [`<${tag}>`, `</${tag}>`])), fc.string({ maxLength: 8 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { readable } = readHtml(pieces.join(''));
        expect(readable.text).toBe(readable.text.trimStart());
        for (const { text, charStart, charEnd } of readable.headings) {
          expect(readable.text.slice(charStart, charEnd).replace(/\s+/gu, ' ').trim()).toBe(text);
        }
      }),
    );
  });

  it('refuses a page without text', async () => {
    expect(await failureOf(html, '<html><script>render()</script><body><div id=app></div>')).toMatchObject({ code: 'NO_TEXT_FOUND' });
  });
});
