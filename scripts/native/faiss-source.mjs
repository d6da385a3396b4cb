import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from '../setup/say.mjs';
import { applyPatch } from './patch.mjs';

/** The src/faiss.cc of faiss-node 0.5.1, which the patches were made for. */
export const sourceSha256 = 'b6c71f71706005e50b1e876658ec2e102716c00d5028cc0e8579bae54058b5ef';

const folder = fileURLToPath(new URL('patches', import.meta.url));

/** The patches in the order in which they build on each other. */
export function readPatches() {
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.patch'));
  return names.sort().map((name) => ({ name, diff: fs.readFileSync(path.join(folder, name), 'utf8') }));
}

/** The source with every patch applied; a source that the patches were not made for is refused. */
export function mendSource(source, patches = readPatches()) {
  const sha256 = createHash('sha256').update(source).digest('hex');
  if (sha256 !== sourceSha256) {
    throw new SetupError(
      `faiss-node's src/faiss.cc has the SHA-256 ${sha256}, but the patches in scripts/native/patches were made for ${sourceSha256} (version 0.5.1).\nNothing was compiled. Bring node_modules back with: npm ci`,
    );
  }
  return patches.reduce((text, { name, diff }) => applyPatch(text, diff, name), source);
}
