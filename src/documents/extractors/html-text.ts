import { Parser } from 'htmlparser2';
import type { ReadableText } from '../../chunking/index.js';
import { cleanLine } from './clean-text.js';
import { blocks, empties, headingLevels, leftOut, lines } from './html-elements.js';
import { TextBuilder } from './text-builder.js';

/** What a browser's reader would see of an HTML text, in document order; nothing is fetched and nothing is run. */
export function readHtml(html: string): { readable: ReadableText; title: string | null } {
  const reader = new HtmlReader();
  const parser = new Parser({
    onopentag: (name, attributes) => reader.open(name, attributes),
    onclosetag: (name) => reader.close(name),
    ontext: (text) => reader.text(text),
  });
  parser.write(html);
  parser.end();
  return reader.finish();
}

class HtmlReader {
  private readonly out = new TextBuilder();
  private title: string | null = null;
  private inTitle = false;
  /** Open elements inside of one that is left out, itself included. */
  private leftOutDepth = 0;
  /** Text of the open `pre`, which ends without its last line end. */
  private verbatim: string | null = null;
  private readonly lists: { ordered: boolean; next: number }[] = [];
  /** A row a nesting of tables: cells begun in it. */
  private readonly rowCells: number[] = [];

  open(name: string, attributes: Record<string, string>): void {
    if (this.leftOutDepth > 0 || leftOut.has(name) || ('hidden' in attributes && name !== 'body')) {
      if (!empties.has(name)) this.leftOutDepth++;
      return;
    }
    if (name === 'title' && this.title === null) {
      this.inTitle = true;
      this.title = '';
      return;
    }
    if (name in headingLevels) return this.out.beginHeading(headingLevels[name]);
    this.openList(name, attributes);
    this.openCell(name);
    if (name === 'br') this.breakLine();
    else if (this.isNestedList(name)) this.out.endItem();
    else if (blocks.has(name)) this.out.block();
    else if (lines.has(name) || name === 'tr') this.out.line();
    if (name === 'pre') this.verbatim = '';
  }

  close(name: string): void {
    if (this.leftOutDepth > 0) {
      if (!empties.has(name)) this.leftOutDepth--;
      return;
    }
    if (name === 'title') this.inTitle = false;
    else if (name in headingLevels) this.out.endHeading();
    else if (name === 'pre') this.closeVerbatim();
    else if (name === 'li' || name === 'tr') this.out.endItem();
    else if (name === 'ul' || name === 'ol') this.lists.pop();
    else if (name === 'table') this.rowCells.pop();
    if (this.endsWithinList(name)) this.out.endItem();
    else if (blocks.has(name)) this.out.block();
    else if (lines.has(name)) this.out.line();
  }

  text(text: string): void {
    if (this.leftOutDepth > 0) return;
    if (this.inTitle) this.title += text;
    else if (this.verbatim !== null) this.verbatim += text;
    else this.out.flow(text);
  }

  finish(): { readable: ReadableText; title: string | null } {
    this.closeVerbatim();
    return { readable: this.out.build(), title: cleanLine(this.title ?? '') || null };
  }

  private openList(name: string, attributes: Record<string, string>): void {
    if (name === 'ul' || name === 'ol') {
      const start = Number.parseInt(attributes.start ?? '1', 10);
      this.lists.push({ ordered: name === 'ol', next: Number.isSafeInteger(start) ? start : 1 });
    } else if (name === 'li') {
      const list = this.lists.at(-1);
      const indent = '  '.repeat(Math.min(Math.max(this.lists.length - 1, 0), 8));
      this.out.beginItem(`${indent}${list?.ordered ? `${list.next++}.` : '-'} `);
    }
  }

  private openCell(name: string): void {
    if (name === 'table') this.rowCells.push(0);
    else if (name === 'tr') this.rowCells[Math.max(this.rowCells.length - 1, 0)] = 0;
    else if (name === 'td' || name === 'th') {
      const row = Math.max(this.rowCells.length - 1, 0);
      this.rowCells[row] = (this.rowCells[row] ?? 0) + 1;
      if (this.rowCells[row] === 1) this.out.beginItem('');
      else this.out.beginCell();
    }
  }

  /** A list within a list item begins on the next line, without an empty one, and ends so. */
  private isNestedList(name: string): boolean {
    return (name === 'ul' || name === 'ol') && this.lists.length > 1;
  }

  private endsWithinList(name: string): boolean {
    return (name === 'ul' || name === 'ol') && this.lists.length > 0;
  }

  private breakLine(): void {
    if (this.verbatim === null) this.out.line();
    else this.verbatim += '\n';
  }

  private closeVerbatim(): void {
    if (this.verbatim === null) return;
    const text = this.verbatim.replace(/^\r?\n/, '').trimEnd();
    this.verbatim = null;
    this.out.verbatim(text);
  }
}
