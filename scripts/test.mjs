// The whole suite: set-up, types, lint, tests. Runs before anything is installed, so it uses nothing but Node itself.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { prepare } from './prepare.mjs';
import { testSuite } from './setup/compile.mjs';
import { lint } from './setup/lint.mjs';
import { findPackage, root } from './setup/root.mjs';
import { runMain } from './setup/say.mjs';

const help = `Usage: npm test [-- [--no-lint] [jest's own arguments]]

Does the set-up that is due, compiles sources and tests into dist-test, checks them with eslint and prettier, and runs jest
on what was compiled. Arguments go to jest: a part of a path picks files, -t "words" picks tests. The last line counts
passed and failed tests.

  --no-lint   leaves out eslint and prettier

Environment:
  HVS_TEST_DATABASE=system   runs the suite on the system's own PostgreSQL 15 (Debian's package) instead of the embedded one
  HVS_CORPORA=<folder>       documents for the tests that read many; without it they are skipped`;

/** Runs jest and tells how many tests passed and failed; a file that could not be run counts as one failed test. */
function runJest(args) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hvs-jest-'));
  const outcome = path.join(folder, 'outcome.json');
  try {
    const jest = path.join(findPackage('jest'), 'bin/jest.js');
    const nodeArgs = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest];
    const { status } = spawnSync(process.execPath, [...nodeArgs, '--json', `--outputFile=${outcome}`, ...args], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'], // with --json everything for people is on standard error
    });
    const result = fs.existsSync(outcome) ? JSON.parse(fs.readFileSync(outcome, 'utf8')) : undefined;
    return {
      status: status ?? 1,
      passed: result?.numPassedTests ?? 0,
      failed: result ? result.numFailedTests + result.numRuntimeErrorTestSuites : 1,
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function main() {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(help);
    return 0;
  }
  await prepare({ development: true, target: testSuite });
  if (!args.includes('--no-lint')) lint();
  const { status, passed, failed } = runJest(args.filter((arg) => arg !== '--no-lint'));
  console.log(`${passed} passed, ${failed} failed`);
  return status;
}

await runMain(main);
