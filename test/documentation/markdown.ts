import { join } from 'node:path';

/** The folder of package.json, seen from `dist-test/test/documentation`. */
export const projectRoot = join(import.meta.dirname, '../../..');

/** The text below a `## ` heading, up to the next one. Throws when there is no such heading. */
export function section(text: string, heading: string): string {
  const parts = text.split(/^## /m);
  const part = parts.find((candidate) => candidate.startsWith(`${heading}\n`));
  if (part === undefined) throw new Error(`There is no heading "${heading}"`);
  return part;
}

/** Cells of the first table in a text, without its head. */
export function tableRows(text: string): string[][] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^\| *-/.test(line));
  if (start < 0) throw new Error('There is no table');
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  const rows = lines.slice(start + 1, length < 0 ? undefined : start + length);
  return rows.map((line) =>
    line
      .slice(1, line.lastIndexOf('|'))
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}

/** What a document links to inside of the repository: path and fragment. */
export function localLinks(text: string): { path: string; fragment: string }[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path, fragment = ''] = target.split('#');
      return { path, fragment };
    });
}

/** As the anchors of headings are made. */
export function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    match[1]
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
