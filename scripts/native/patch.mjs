const hunkHead = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/**
 * Applies a unified diff of one file, strictly: every line of every hunk must stand exactly where the diff says. `patch`
 * may not be installed, and its fuzz could put a mend where it was not made for.
 *
 * @param text the file's text @param diff the patch, its reason above the first `---` @param name for the error
 */
export function applyPatch(text, diff, name) {
  const lines = text.split('\n');
  for (const hunk of readHunks(diff, name)) {
    const at = hunk.start - 1;
    const found = lines.slice(at, at + hunk.before.length);
    const wrong = hunk.before.findIndex((line, index) => line !== found[index]);
    if (wrong >= 0) {
      throw new Error(
        `${name}: the hunk for line ${hunk.start} does not match the source. Line ${hunk.start + wrong} is ${JSON.stringify(found[wrong])}, not ${JSON.stringify(hunk.before[wrong])}.`,
      );
    }
    lines.splice(at, hunk.before.length, ...hunk.after);
  }
  return lines.join('\n');
}

/** Why the patch is there: what stands above its diff. */
export const patchReason = (diff) => diff.slice(0, Math.max(0, diff.indexOf('--- '))).trim();

/** Hunks with the lines before and after; `start` counts in the text that the earlier hunks have changed already. */
function readHunks(diff, name) {
  const hunks = [];
  let hunk;
  const body = diff.slice(diff.indexOf('--- ')).replace(/\n$/, '').split('\n').slice(2);
  for (const line of body) {
    const head = hunkHead.exec(line);
    if (head) {
      const [linesBefore, linesAfter] = [head[2] ?? 1, head[4] ?? 1].map(Number);
      hunk = { start: Number(head[3]), linesBefore, linesAfter, before: [], after: [] };
      hunks.push(hunk);
    } else if (!hunk || !' +-'.includes(line[0] ?? '?')) {
      throw new Error(`${name}: ${JSON.stringify(line)} is no line of a unified diff.`);
    } else {
      if (line[0] !== '+') hunk.before.push(line.slice(1));
      if (line[0] !== '-') hunk.after.push(line.slice(1));
    }
  }
  const broken = hunks.find(({ before, after, linesBefore, linesAfter }) => before.length !== linesBefore || after.length !== linesAfter);
  if (broken || hunks.length === 0) throw new Error(`${name}: ${broken ? 'a hunk is cut short or too long' : 'there is no hunk in it'}.`);
  return hunks;
}
