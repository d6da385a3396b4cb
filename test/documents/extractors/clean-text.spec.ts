import fc from 'fast-check';
import { cleanLine, cleanText, holdsText } from '../../../src/documents/extractors/index.js';

describe('cleaning text', () => {
  it('ends every line with a line feed', () => {
    expect(cleanText('a\r\nb\rc\u2028d\u2029e\u0085f')).toBe('a\nb\nc\nd\ne\nf');
  });

  it('drops U+0000 and control characters, keeps tabs', () => {
    expect(cleanText('a\0b\x01\x1b[0m\tc\x7f\x9f\ufeff')).toBe('ab[0m\tc');
  });

  it('replaces lone surrogates and keeps pairs', () => {
    expect(cleanText('a\ud800b\udc00c🙂')).toBe('a\ufffdb\ufffdc🙂');
  });

  it('leaves composed and decomposed letters as they are', () => {
    expect(cleanText('é e\u0301 ﬁ')).toBe('é e\u0301 ﬁ');
  });

  it('leaves nothing that a database refuses, and cleans what is clean to itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), fc.constantFrom('\0', '\ud800', '\udfff', '\r', ''), (text, extra) => {
        const clean = cleanText(text + extra + text);
        expect(clean).not.toMatch(/[\0\r]/);
        expect(clean).not.toMatch(/\p{Surrogate}/u);
        expect(cleanText(clean)).toBe(clean);
      }),
    );
  });

  it('puts a title on one line', () => {
    expect(cleanLine('  A \r\n title\twith\0 gaps ')).toBe('A title with gaps');
  });

  it('finds nothing in white space and invisible characters', () => {
    expect(holdsText(' \n\t\u00a0\u200b\u2060\u00ad')).toBe(false);
    expect(holdsText(' . ')).toBe(true);
    expect(holdsText('世')).toBe(true);
  });
});
