import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from '../setup/say.mjs';

const source = fileURLToPath(new URL('kernels/distances.cc', import.meta.url));

/**
 * The libraries to link with, so that FAISS computes distances by the kernels in kernels/distances.cc: their object, and a
 * copy of the archive whose own functions of these names are weak and give way. Null for a shared library, whose functions
 * are bound already.
 *
 * @param work folder for both
 */
export function withDistanceKernels(library, work) {
  if (!library.endsWith('.a')) return null;
  const [object, archive] = ['distances.o', 'libfaiss-weakened.a'].map((name) => path.join(work, name));
  run('g++', ['-O3', '-std=c++17', '-fPIC', '-Wall', '-Wextra', '-Werror', '-c', source, '-o', object]);
  run('objcopy', [...definedIn(object).map((symbol) => `--weaken-symbol=${symbol}`), library, archive]);
  return [object, archive];
}

/** Mangled names of the functions of namespace faiss that the object defines. */
function definedIn(object) {
  const lines = run('nm', ['--defined-only', '--extern-only', '--format=posix', object]).split('\n');
  const symbols = lines.map((line) => line.split(' ')[0]).filter((symbol) => symbol.startsWith('_ZN5faiss'));
  if (symbols.length === 0) throw new SetupError(`${object} defines none of FAISS's distances; that is a fault of ${source}.`);
  return symbols;
}

function run(command, args) {
  const { status, stdout, error } = spawnSync(command, args, { stdio: ['ignore', 'pipe', 2], encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new SetupError(`${command} could not prepare the distance kernels: ${error ? error.message : 'its lines above say why.'}`);
}
