import fc from 'fast-check';
import { cleanFileName, fileNameFromTitle, titleFromFileName } from '../../../src/documents/upload/file-name.js';

describe('cleaning a file name', () => {
  it('keeps what a person would write', () => {
    for (const name of ['manual.pdf', 'Руководство пользователя.pdf', '取扱説明書.pdf', 'a b (1).tar.gz', '50%.pdf', '👩‍💻 notes.md']) {
      expect(cleanFileName(name)).toBe(name);
    }
  });

  it('keeps the last part of a path only, whichever way its slashes lean', () => {
    expect(cleanFileName('../../etc/passwd')).toBe('passwd');
    expect(cleanFileName('C:\\Users\\me\\x.pdf')).toBe('x.pdf');
    expect(cleanFileName('a/..\\..')).toBe('document');
  });

  it('drops controls, line breaks, NUL and marks that turn the writing', () => {
    expect(cleanFileName('a\r\nSet-Cookie: x=1.pdf')).toBe('aSet-Cookie: x=1.pdf');
    expect(cleanFileName('a\0b.pdf')).toBe('ab.pdf');
    expect(cleanFileName('photo\u202Efdp.exe')).toBe('photofdp.exe');
    expect(cleanFileName('half \ud83d.pdf')).toBe('half .pdf');
  });

  it('gives a name to what has none', () => {
    for (const name of ['', '.', '..', '   ', '\0', '/', '...']) expect(cleanFileName(name)).toBe('document');
  });

  it('cuts a long name before its extension', () => {
    const cut = cleanFileName(`${'я'.repeat(300)}.pdf`);
    expect(cut).toBe(`${'я'.repeat(251)}.pdf`);
    expect(cleanFileName(`a.${'b'.repeat(300)}`)).toHaveLength(255);
  });

  it('gives 1 to 255 printable characters without slashes for anything, and the same again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const cleaned = cleanFileName(name);
        expect(Array.from(cleaned).length).toBeGreaterThan(0);
        expect(Array.from(cleaned).length).toBeLessThanOrEqual(255);
        expect(cleaned).not.toMatch(/[\p{Cc}\p{Cs}/\\]/u);
        expect(cleanFileName(cleaned)).toBe(cleaned);
      }),
    );
  });
});

describe('names and titles', () => {
  it('calls a document like its file, without the extension', () => {
    expect(titleFromFileName('X200 manual.pdf', 500)).toBe('X200 manual');
    expect(titleFromFileName('.gitignore', 500)).toBe('.gitignore');
    expect(titleFromFileName('v1.2 release notes', 500)).toBe('v1.2 release notes');
    expect(titleFromFileName('abcdef.txt', 3)).toBe('abc');
  });

  it('calls a file like the title of a text', () => {
    expect(fileNameFromTitle('How to reset / restart', '.md')).toBe('How to reset - restart.md');
    expect(fileNameFromTitle('..', '.txt')).toBe('document.txt');
  });
});
