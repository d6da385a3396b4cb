/** How the scripts write to a person. Colours only where somebody sees them. */
const coloured = process.stdout.isTTY === true && !process.env.NO_COLOR;
const style = (code: number) => (text: string) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = style(1);
export const dim = style(2);
const green = style(32);
const red = style(31);

export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** One finding; below a ✗ what to do about it. */
export function mark(good: boolean, text: string, cure?: string): void {
  say(`  ${good ? green('✓') : red('✗')} ${text}`);
  if (!good && cure) for (const line of wrapped(cure, 96)) say(`      ${line}`);
}

/** White space as it comes; lines of at most `width` characters where the words allow it. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  if (line) lines.push(line);
  return lines;
}
