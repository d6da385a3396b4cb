import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';
import { SetupError, say } from './say.mjs';

const readPackages = (file) => JSON.parse(fs.readFileSync(file, 'utf8')).packages;

/**
 * Whether node_modules holds what package-lock.json asks for. npm writes its own record of what it installed last of all,
 * so a broken-off install has none; packages of other platforms may be missing from it.
 */
export function packagesAreInstalled({ development, folder = root }) {
  const record = path.join(folder, 'node_modules/.package-lock.json');
  if (!fs.existsSync(record)) return false;
  const installed = readPackages(record);
  const locked = readPackages(path.join(folder, 'package-lock.json'));
  const same = (at) => installed[at]?.version === locked[at]?.version && installed[at]?.integrity === locked[at]?.integrity;
  const mayBeMissing = (entry) => entry.optional || entry.devOptional || (entry.dev && !development);
  return Object.keys(installed).every(same) && Object.keys(locked).every((at) => at === '' || at in installed || mayBeMissing(locked[at]));
}

export function installPackages({ development }) {
  say(`installing the packages of package-lock.json${development ? ', those for development too' : ''} (npm ci)`);
  const args = ['ci', '--loglevel=error', '--no-update-notifier', ...(development ? ['--include=dev'] : [])];
  // npm's own path is there when npm runs this script, and spares a search for it
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const { status, error } = spawnSync(npm[0], [...npm.slice(1), ...args], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    throw new SetupError(`npm ci failed${error ? ` (${error.message})` : ''}; its own lines above say why. Cure that and try again.`);
  }
}
