import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { anchors, localLinks, projectRoot } from './markdown.js';

function markdownFiles(): string[] {
  const own = readdirSync(projectRoot, { encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  const below = ['src', 'bench', 'test'].flatMap((folder) =>
    existsSync(join(projectRoot, folder))
      ? readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
          .filter((path) => path.endsWith('.md'))
          .map((path) => join(folder, path))
      : [],
  );
  return [...own, ...below].map((path) => join(projectRoot, path));
}

/** Links of a Markdown file that lead nowhere. */
function brokenLinks(file: string, text: string): string[] {
  return localLinks(text)
    .filter(({ path, fragment }) => {
      const target = path === '' ? file : join(dirname(file), path);
      if (target !== file && !existsSync(target)) return true;
      return fragment !== '' && !anchors(target === file ? text : readFileSync(target, 'utf8')).includes(fragment);
    })
    .map(({ path, fragment }) => `${relative(projectRoot, file)}: ${path}${fragment && `#${fragment}`}`);
}

describe('links in Markdown files', () => {
  it('lead to files and headings that are there', () => {
    const files = markdownFiles();
    expect(files.length).toBeGreaterThan(1);
    expect(files.flatMap((file) => brokenLinks(file, readFileSync(file, 'utf8')))).toEqual([]);
  });

  it('are found broken when file or heading is missing', () => {
    const file = join(projectRoot, 'README.md');
    const text = '# Here\n[a](#here) [b](#gone) [c](src/gone.md) [d](package.json) [e](https://example.org/x)';
    expect(brokenLinks(file, text)).toEqual(['README.md: #gone', 'README.md: src/gone.md']);
  });
});
