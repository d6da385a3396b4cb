import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/platform/index.js';
import { makeTemporaryFolder } from '../support/temporary-folder.js';
import { brokenLinks, readMarkdown } from './documents.js';

const DECISION_LINES_MAX = 25;
const DECISION = /^src\/decisions\/(.*)$/;

const lengthOf = (text: string): number => text.trimEnd().split('\n').length;

describe('the documents', () => {
  const files = readMarkdown(projectRoot);

  it('have no link that leads nowhere', () => {
    expect(files.flatMap((file) => brokenLinks(projectRoot, file))).toEqual([]);
  });

  it('keep each decision to 25 lines under a numbered name, no number twice', () => {
    const decisions = files.filter(({ path }) => DECISION.test(path));
    const names = decisions.map(({ path }) => DECISION.exec(path)?.[1] ?? '').filter((name) => name !== 'README.md');
    expect(names.filter((name) => !/^\d{4}-[a-z0-9-]+\.md$/.test(name))).toEqual([]);
    expect(new Set(names.map((name) => name.slice(0, 4))).size).toBe(names.length);
    expect(decisions.filter(({ text }) => lengthOf(text) > DECISION_LINES_MAX).map(({ path }) => path)).toEqual([]);
  });

  describe('are read so that', () => {
    const folder = makeTemporaryFolder();
    afterAll(() => folder.remove());

    it.each([
      ['[a](missing.md)', ['page.md: missing.md']],
      ['[a](./here.md#no-such-heading)', ['page.md: ./here.md#no-such-heading']],
      ['[a](#nowhere)', ['page.md: #nowhere']],
      ['![picture](missing.png "A title")', ['page.md: missing.png']],
      ['[a]: missing.md', ['page.md: missing.md']],
      [
        '[a](here.md) [b](here.md#a-heading-of-here) [c](<here.md>) [d](#own) [e](https://example.org/x) [f](mailto:a@example.org)\n\n# Own',
        [],
      ],
      ['```\n[a](missing.md)\n```\nand `[b](missing.md)`', []],
    ])('%s gives %j', (text, broken) => {
      writeFileSync(join(folder.path, 'here.md'), '# A heading of "Here"!\n');
      expect(brokenLinks(folder.path, { path: 'page.md', text: (writeFileSync(join(folder.path, 'page.md'), text), text) })).toEqual(
        broken,
      );
    });

    it('a decision of 26 lines is too long', () => {
      expect(lengthOf('line\n'.repeat(26))).toBeGreaterThan(DECISION_LINES_MAX);
    });
  });
});
