import { marked } from 'marked';
import { holdsText } from './clean-text.js';
import { decodeWithWarning } from './decode-text.js';
import type { ExtractedDocument, Extractor, OnExtracted } from './extractor.port.js';
import { NoTextFoundError } from './extractors.errors.js';
import { readHtml } from './html-text.js';
import { PlainTextExtractor } from './plain-text.extractor.js';

const frontMatter = /^---[ \t]*\n([\s\S]*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)/;

/**
 * Markdown as it reads when rendered: headings, lists, code and table rows stay, while markers and link targets go, which would
 * only take up the model's tokens. By way of HTML, because that is what Markdown may hold anywhere.
 */
export class MarkdownExtractor implements Extractor {
  extract(bytes: Uint8Array, onProgress: OnExtracted): ExtractedDocument {
    const { text, warnings } = decodeWithWarning(bytes);
    const markdown = text.replace(/\r\n?/g, '\n').replaceAll('\0', '');
    const front = frontMatter.exec(markdown);
    const html = render(markdown.slice(front?.[0].length ?? 0));
    if (html === null) return new PlainTextExtractor().extract(bytes, onProgress);
    const { readable } = readHtml(html);
    if (!holdsText(readable.text)) throw new NoTextFoundError('The Markdown is blank', 'Upload a file that holds text.');
    onProgress(1, 1);
    const title = (front && frontTitle(front[1])) ?? readable.headings.at(0)?.text ?? null;
    return { readable, title, pageCount: 1, warnings };
  }
}

/** Null for what is nested too deeply for the parser: it is then read as it stands. */
function render(markdown: string): string | null {
  try {
    return marked.parse(markdown, { async: false, gfm: true });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function frontTitle(block: string): string | null {
  const value = /^title:[ \t]*(.+)$/im.exec(block)?.[1].trim() ?? '';
  return value.replace(/^(["'])(.*)\1$/, '$2').trim() || null;
}
