import { titleOf } from '../../../src/documents/reading/document-title.js';

describe('the title of a document', () => {
  it('is the first candidate that says something, on one line', () => {
    expect(titleOf(['Given', 'Found'], 'a.pdf')).toBe('Given');
    expect(titleOf([null, ' Found\r\n title\0 '], 'a.pdf')).toBe('Found title');
    expect(titleOf([' \u200b ', null], 'a.pdf')).toBe('a');
  });

  it("is the file's name without folder and extension where nothing else is", () => {
    expect(titleOf([], 'user manual v1.2.pdf')).toBe('user manual v1.2');
    expect(titleOf([], '../../etc/пароли.txt')).toBe('пароли');
    expect(titleOf([], '.profile')).toBe('.profile');
    expect(titleOf([], '')).toBe('Untitled document');
  });

  it('has at most 500 characters and never half of one', () => {
    for (const title of ['x'.repeat(600), '🙂'.repeat(300), `a${'🙂'.repeat(300)}`]) {
      const cut = titleOf([title], 'a.pdf');
      expect(cut.length).toBeLessThanOrEqual(500);
      expect(cut.length).toBeGreaterThan(490);
      expect(cut).not.toMatch(/\p{Surrogate}/u);
    }
    expect(titleOf(['y'.repeat(500)], 'a.pdf')).toHaveLength(500);
  });
});
