import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Folders that git does not keep, or whose texts are data. */
const NOT_OURS = new Set(['node_modules', 'dist', 'dist-test', 'coverage', '.git', 'data']);

export interface MarkdownFile {
  /** From the root. */
  path: string;
  text: string;
}

export function readMarkdown(root: string, folder = root): MarkdownFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : readMarkdown(root, path);
    return entry.isFile() && entry.name.endsWith('.md') ? [{ path: relative(root, path), text: readFileSync(path, 'utf8') }] : [];
  });
}

/** Relative links that lead nowhere: to a file that is not there, or a heading that it does not have. */
export function brokenLinks(root: string, { path, text }: MarkdownFile): string[] {
  const links = [...withoutCode(text).matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s*<?(\S+?)>?\s*$/gm)].map(
    (match) => match[1] ?? match[2],
  );
  return links
    .filter((link) => !/^[a-z][a-z0-9+.-]*:|^\/\//i.test(link) && !leadsSomewhere(root, path, link))
    .map((link) => `${path}: ${link}`);
}

function leadsSomewhere(root: string, from: string, link: string): boolean {
  const [file, anchor] = link.split('#').map(decodeURIComponent);
  const target = file === '' ? join(root, from) : join(root, dirname(from), file);
  if (!existsSync(target)) return false;
  return anchor === undefined || !target.endsWith('.md') || headingAnchors(readFileSync(target, 'utf8')).has(anchor);
}

/** The anchors that forges give to headings; a heading that comes again is numbered. */
function headingAnchors(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of withoutCode(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    let numbered = anchor;
    for (let count = 1; anchors.has(numbered); count++) numbered = `${anchor}-${count}`;
    anchors.add(numbered);
  }
  return anchors;
}

function withoutCode(text: string): string {
  return text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ''));
}
