// Everything that a command needs before it can run, done only when it is not done yet: packages, native parts, and with
// `build` the compiled application. Runs before anything is installed, so it uses nothing but Node itself.
//
//   node scripts/prepare.mjs setup | build
import { linkPostgresLibraries } from './native/postgres-links.mjs';
import { buildFaissBinary, faissBinaryIsCurrent } from './native/faiss-binary.mjs';
import { application, compile, isCompiled } from './setup/compile.mjs';
import { withSetupLock } from './setup/lock.mjs';
import { checkNodeVersion } from './setup/node-version.mjs';
import { installPackages, packagesAreInstalled } from './setup/packages.mjs';
import { fileURLToPath } from 'node:url';
import { SetupError, runMain } from './setup/say.mjs';

/**
 * @param development packages for development are needed too, whatever NODE_ENV says
 * @param target what to compile (setup/compile.mjs); nothing when left out
 */
export async function prepare({ development = false, target } = {}) {
  checkNodeVersion();
  const done = () => packagesAreInstalled({ development }) && faissBinaryIsCurrent() && (!target || isCompiled(target));
  if (done()) return linkPostgresLibraries();
  await withSetupLock(() => {
    // whoever held the lock may have done it
    if (!packagesAreInstalled({ development })) installPackages({ development });
    linkPostgresLibraries();
    if (!faissBinaryIsCurrent()) buildFaissBinary();
    if (target && !isCompiled(target)) compile(target);
  });
}

async function main() {
  const [what, ...rest] = process.argv.slice(2);
  if (!['setup', 'build'].includes(what) || rest.length > 0) throw new SetupError('Usage: node scripts/prepare.mjs setup | build');
  await prepare(what === 'build' ? { target: application } : {});
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runMain(main);
