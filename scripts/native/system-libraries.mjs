import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { SetupError, say } from '../setup/say.mjs';

const aptPackages = ['g++', 'libfaiss-dev', 'libopenblas-dev', 'binutils'];

const libraryFolders = [
  ...({ x64: ['/usr/lib/x86_64-linux-gnu'], arm64: ['/usr/lib/aarch64-linux-gnu'] }[process.arch] ?? []),
  '/usr/local/lib',
  '/usr/lib64',
  '/usr/lib',
];

const firstFile = (folders, names) =>
  folders.flatMap((folder) => names.map((name) => path.join(folder, name))).find((file) => fs.existsSync(file));

const runs = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

/** Where the system's libfaiss is, and its version; undefined when it, or its headers, are not there. */
export function findFaissLibrary() {
  const header = firstFile(['/usr/local/include', '/usr/include'], ['faiss/Index.h']);
  const library = firstFile(libraryFolders, ['libfaiss.a', 'libfaiss.so']);
  if (!header || !library) return undefined;
  const part = (name) => new RegExp(`#define FAISS_VERSION_${name} (\\d+)`).exec(fs.readFileSync(header, 'utf8'))?.[1];
  const { size, mtimeMs } = fs.statSync(library);
  return { library, version: ['MAJOR', 'MINOR', 'PATCH'].map(part).join('.'), size, mtimeMs };
}

const canCompile = () => findFaissLibrary() !== undefined && firstFile(libraryFolders, ['libopenblas.so']) !== undefined && runs('g++');

/** The library to link with. Installs what is missing where that is allowed, else stops with the command that does. */
export function getFaissLibrary() {
  if (!canCompile()) installWithApt();
  const found = findFaissLibrary();
  if (canCompile() && found) return found;
  throw new SetupError(
    fs.existsSync('/usr/bin/apt-get')
      ? `FAISS cannot be compiled before some system packages are there. Run this once, then try again:\n    ${process.getuid?.() === 0 ? '' : 'sudo '}sh -c 'apt-get update && apt-get install -y ${aptPackages.join(' ')}'`
      : 'FAISS cannot be compiled: install a C++17 compiler, the FAISS library with its headers (1.7.3 to 1.11) and OpenBLAS, then try again.',
  );
}

function installWithApt() {
  if (!fs.existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return;
  say(`installing ${aptPackages.join(' ')} (apt-get)`);
  const apt = (...args) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    return spawnSync('apt-get', ['-q', ...args], { env, stdio: ['ignore', 'ignore', 2] }).status === 0;
  };
  const install = () => apt('install', '-y', '--no-install-recommends', ...aptPackages);
  // lists that are out of date name packages that are no longer there, so they are fetched first
  if (!apt('update')) say('apt-get update failed; trying with the lists that are there');
  if (!install()) say('apt-get install failed; its own lines above say why');
}
