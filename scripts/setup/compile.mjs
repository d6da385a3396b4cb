import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { findPackage, inRoot, root } from './root.mjs';
import { SetupError, say } from './say.mjs';
import { hashFiles, readStamp, writeStamp } from './stamp.mjs';

const settings = ['tsconfig.json', 'nest-cli.json', 'package-lock.json'];
const sources = ['src', 'migrations', 'scripts', 'bench'];

/** Everything that `npm start` and the scripts run. */
export const application = { output: 'dist', tsconfig: 'tsconfig.json', inputs: [...sources, ...settings] };
/** The same and the tests, in a folder of its own: a running server must not lose its `dist` to `npm test`. */
export const testSuite = {
  output: 'dist-test',
  tsconfig: 'tsconfig.test.json',
  inputs: [...sources, ...settings, 'test', 'tsconfig.test.json'],
};

const countsForCompiling = (file) => !file.startsWith('src/') || !file.endsWith('.md');
const stampFile = (target) => inRoot(target.output, '.compiled-from');
const inputHash = (target) => hashFiles(root, target.inputs, countsForCompiling);

export const isCompiled = (target) => readStamp(stampFile(target)) === inputHash(target);

export function compile(target) {
  const started = Date.now();
  const hash = inputHash(target); // taken before: what changes meanwhile is compiled the next time
  say(`compiling into ${target.output}`);
  const nest = path.join(findPackage('@nestjs/cli'), 'bin/nest.js');
  const { status } = spawnSync(process.execPath, [nest, 'build', '-p', target.tsconfig], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0)
    throw new SetupError(`The TypeScript in ${target.inputs.slice(0, 4).join(', ')} does not compile; see the lines above.`);
  writeStamp(stampFile(target), hash);
  say(`compiled in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
