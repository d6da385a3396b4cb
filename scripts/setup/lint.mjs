import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { findPackage, inRoot, root } from './root.mjs';
import { SetupError, say } from './say.mjs';
import { hashFiles, readStamp, writeStamp } from './stamp.mjs';

const folders = ['src', 'test', 'migrations', 'scripts', 'bench'];
const inputs = [
  ...folders,
  'eslint.config.mjs',
  '.prettierrc.json',
  '.prettierignore',
  'tsconfig.json',
  'tsconfig.test.json',
  'package-lock.json',
];
const stampFile = () => inRoot('dist-test/.linted-from');

const programs = [
  { name: 'eslint', packageName: 'eslint', file: 'bin/eslint.js', args: ['.', '--max-warnings=0'] },
  {
    name: 'prettier',
    packageName: 'prettier',
    file: 'bin/prettier.cjs',
    args: ['--check', '--log-level=warn', '--no-error-on-unmatched-pattern', ...folders],
  },
];

/** eslint and prettier over everything, unless nothing changed since they were content. */
export function lint() {
  const hash = hashFiles(root, inputs);
  if (readStamp(stampFile()) === hash) return;
  for (const { name, packageName, file, args } of programs) {
    say(`checking with ${name}`);
    const program = path.join(findPackage(packageName), file);
    const { status } = spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: ['ignore', 2, 2] });
    if (status !== 0)
      throw new SetupError(`${name} is not content; see the lines above. The tests were not run (--no-lint runs them all the same).`);
  }
  writeStamp(stampFile(), hash);
}
