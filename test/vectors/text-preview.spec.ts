import { textPreview } from '../../src/vectors/text-preview.js';

describe('The preview of a text', () => {
  it('is the whole text when that is short', () => {
    expect(textPreview('Press the button.')).toBe('Press the button.');
    expect(textPreview('x'.repeat(100))).toHaveLength(100);
  });

  it('is the first 100 characters of a long text', () => {
    expect(textPreview('ab'.repeat(400))).toBe('ab'.repeat(50));
  });

  it('never ends in half of a surrogate pair', () => {
    expect(textPreview(`${'x'.repeat(99)}🔧 and more`)).toBe('x'.repeat(99));
    expect(textPreview(`${'x'.repeat(98)}🔧 and more`)).toBe(`${'x'.repeat(98)}🔧`);
  });
});
