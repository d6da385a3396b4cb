import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export const inRoot = (...parts) => path.join(root, ...parts);

/** A package's folder, as seen from the package in `from`. `exports` may hide package.json, so the resolution paths are walked. */
export function findPackage(name, from = root) {
  const folders = createRequire(path.join(from, 'package.json')).resolve.paths(name) ?? [];
  return folders.map((folder) => path.join(folder, name)).find((folder) => fs.existsSync(path.join(folder, 'package.json')));
}
