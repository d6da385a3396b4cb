const pageObject = /\/Type\s*\/Page(?![A-Za-z])/g;
const treeNode = /\/Type\s*\/Pages(?![A-Za-z])/g;

/**
 * The parser believes a page tree's `/Count` when it is too small, and loses the pages beyond. The same bytes with the counts of
 * all tree nodes made unreadable (the key is renamed in place, so that nothing moves) make it walk the tree instead.
 *
 * @returns null when the file shows no more page objects than `pageCount`, or keeps them where they cannot be seen
 */
export function withoutPageCounts(bytes: Uint8Array, pageCount: number): Uint8Array | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (!holdsMoreThan(pageCount, file)) return null;
  const changed = Buffer.from(bytes);
  let renamed = 0;
  for (const node of file.matchAll(treeNode)) {
    const start = file.lastIndexOf(' obj', node.index);
    const end = file.indexOf('endobj', node.index);
    if (start < 0 || end < 0) continue;
    const key = file.slice(start, end).search(/\/Count(?![A-Za-z])/);
    if (key < 0) continue;
    changed.write('/Coumt', start + key, 'latin1');
    renamed++;
  }
  return renamed > 0 ? changed : null;
}

function holdsMoreThan(pageCount: number, file: string): boolean {
  pageObject.lastIndex = 0;
  for (let found = 0; found <= pageCount; found++) if (!pageObject.test(file)) return false;
  return true;
}
