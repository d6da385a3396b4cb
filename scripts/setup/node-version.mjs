import fs from 'node:fs';
import { inRoot } from './root.mjs';
import { SetupError } from './say.mjs';

/** Stops when Node is older than package.json's `engines` asks for. */
export function checkNodeVersion() {
  const asked = JSON.parse(fs.readFileSync(inRoot('package.json'), 'utf8')).engines.node.replace('>=', '');
  const [wanted, running] = [asked, process.versions.node].map((version) => version.split('.').map(Number));
  const older = running[0] - wanted[0] || running[1] - wanted[1] || running[2] - wanted[2];
  if (older < 0)
    throw new SetupError(
      `Node ${asked} or later is needed, this is ${process.versions.node}. Install a newer one (https://nodejs.org) and try again.`,
    );
}
