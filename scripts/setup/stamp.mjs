import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/**
 * Hash of files' names and contents, folders walked. `wanted` picks files by their path. What does not exist counts as
 * absent, so that removing it changes the hash too.
 */
export function hashFiles(root, entries, wanted = () => true) {
  const hash = createHash('sha256');
  const visit = (entry) => {
    const at = path.join(root, entry);
    const stat = fs.statSync(at, { throwIfNoEntry: false });
    if (stat?.isDirectory()) for (const name of fs.readdirSync(at).sort()) visit(path.join(entry, name));
    else if (stat && wanted(entry)) hash.update(`${entry}\0${stat.size}\0`).update(fs.readFileSync(at));
  };
  for (const entry of entries) visit(entry);
  return hash.digest('hex');
}

export function readStamp(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Written last, and by a rename: a stamp is there whole or not at all. */
export function writeStamp(file, stamp) {
  fs.writeFileSync(`${file}.${process.pid}`, stamp);
  fs.renameSync(`${file}.${process.pid}`, file);
}
