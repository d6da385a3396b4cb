import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from '../support/repository-root.js';
import { importScript, scriptPath } from './script-modules.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hvs-setup-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (script: string, ...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', cwd: tmpdir() });

describe('prepare', () => {
  it('does and says nothing when all is done', () => {
    expect(run(scriptPath('prepare.mjs'), 'setup')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it.each([[[]], [['everything']], [['setup', 'more']]])('answers %j with its usage and exit code 1', (args) => {
    const { status, stderr } = run(scriptPath('prepare.mjs'), ...args);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '[setup] Usage: node scripts/prepare.mjs setup | build\n' });
  });

  it('stops in one line when Node is too old', () => {
    cpSync(join(repositoryRoot, 'scripts'), join(folder, 'scripts'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module", "engines": { "node": ">=999.1.0" } }');
    const { status, stderr } = run(join(folder, 'scripts/prepare.mjs'), 'setup');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^\[setup\] Node 999\.1\.0 or later is needed, this is .*\n$/);
  });
});

describe('npm test', () => {
  it('names its switches in its help', () => {
    const { status, stdout } = run(scriptPath('test.mjs'), '--help');
    expect(status).toBe(0);
    for (const word of ['HVS_TEST_DATABASE=system', '--no-lint', 'HVS_CORPORA']) expect(stdout).toContain(word);
  });
});

describe('the packages', () => {
  const needed = { 'node_modules/needed': { version: '1.0.0', integrity: 'sha512-a' } };
  const otherPlatform = { 'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-b', optional: true } };
  const tool = { 'node_modules/tool': { version: '1.0.0', integrity: 'sha512-c', dev: true } };
  const locked = { '': { name: 'app' }, ...needed, ...otherPlatform, ...tool };

  it.each<[string, object | null, { production: boolean; development: boolean }]>([
    ['all are there', { ...needed, ...tool }, { production: true, development: true }],
    ['those for development are missing', needed, { production: true, development: false }],
    ['one is missing', tool, { production: false, development: false }],
    [
      'one has another version',
      { ...tool, ...needed, 'node_modules/needed': { version: '1.0.1', integrity: 'sha512-a' } },
      { production: false, development: false },
    ],
    [
      'one has other bytes',
      { ...tool, ...needed, 'node_modules/needed': { version: '1.0.0', integrity: 'sha512-x' } },
      { production: false, development: false },
    ],
    [
      'one is there that is not asked for',
      { ...tool, ...needed, 'node_modules/stray': { version: '1.0.0' } },
      { production: false, development: false },
    ],
    ['the install was broken off', null, { production: false, development: false }],
  ])('are judged right when %s', async (_when, found, expected) => {
    const { packagesAreInstalled } = await importScript('setup/packages.mjs');
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: locked }));
    if (found) writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages: found }));
    expect({
      production: packagesAreInstalled({ development: false, folder }),
      development: packagesAreInstalled({ development: true, folder }),
    }).toEqual(expected);
  });
});

describe('the stamp of inputs', () => {
  it('changes with a name, a content, and a file that goes, and with nothing else', async () => {
    const { hashFiles } = await importScript('setup/stamp.mjs');
    const hash = () => hashFiles(folder, ['src', 'missing.json'], (file) => !file.endsWith('.md'));
    const write = (name: string, text: string) => writeFileSync(join(folder, 'src', name), text);
    mkdirSync(join(folder, 'src'));
    write('a.ts', 'a');
    const first = hash();
    write('README.md', 'words');
    expect(hash()).toBe(first);
    write('a.ts', 'b');
    expect(hash()).not.toBe(first);
    write('a.ts', 'a');
    expect(hash()).toBe(first);
    write('b.ts', '');
    expect(hash()).not.toBe(first);
  });
});

describe('the set-up lock', () => {
  // a checkout of its own, so that a set-up of this one is not in the way
  const holder = (work: string) => {
    cpSync(join(repositoryRoot, 'scripts/setup'), join(folder, 'scripts/setup'), { recursive: true });
    const lock = pathToFileURL(join(folder, 'scripts/setup/lock.mjs')).href;
    const source = `import { withSetupLock } from '${lock}'; import fs from 'node:fs'; import { setTimeout as sleep } from 'node:timers/promises';
      const note = (what) => fs.appendFileSync('${join(folder, 'notes')}', what + ' ');
      await withSetupLock(async () => { ${work} });`;
    return spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'ignore'] });
  };

  it('lets one process work at a time', async () => {
    const holders = Array.from({ length: 3 }, () => holder(`note('in'); await sleep(50); note('out');`));
    await Promise.all(holders.map((child) => once(child, 'exit')));
    expect(readFileSync(join(folder, 'notes'), 'utf8')).toBe('in out in out in out ');
  });

  it('is free again when its holder is killed', async () => {
    const killed = holder(`console.log('held'); await sleep(60_000);`);
    await once(killed.stdout, 'data');
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    await once(holder(`note('in');`), 'exit');
    expect(readFileSync(join(folder, 'notes'), 'utf8')).toBe('in ');
  });
});
