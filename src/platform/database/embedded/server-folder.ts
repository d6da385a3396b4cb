import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StopError } from '../../errors/problem.js';
import type { Account } from './account.js';

export const SERVER_USER = 'app';
export const SERVER_DATABASE = 'postgres';

/** Makes a server's folder unless there is a whole one, and checks that it is the account's. */
export function makeServerFolder(folder: string, account: Account, initdb: string): void {
  if (!existsSync(join(folder, 'PG_VERSION'))) createServerFolder(folder, account, initdb);
  if (account.uid !== undefined && statSync(folder).uid !== account.uid) {
    throw new StopError(
      `${folder} belongs to another account than the one that PostgreSQL runs as: run "chown -R ${account.uid}:${account.gid} ${folder}", or set DATABASE_URL.`,
    );
  }
}

function createServerFolder(folder: string, account: Account, initdb: string): void {
  const draft = `${folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  if (account.uid !== undefined) chownSync(draft, account.uid, account.gid!);
  const [command, ...args] = [
    ...account.prefix,
    initdb,
    '-D',
    draft,
    '-U',
    SERVER_USER,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
  ];
  const made = spawnSync(command, args, { uid: account.uid, gid: account.gid, encoding: 'utf8', cwd: '/' });
  if (made.status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    const lines = (made.stderr || String(made.error ?? made.signal)).trim().split('\n');
    const reason = lines.find((line) => line.includes('No space left on device')) ?? lines.at(-1);
    throw new StopError(`A database could not be made in ${dirname(folder)}: ${reason}`);
  }
  // The rename is the commit point: a run killed during initdb leaves a draft, never half a server folder.
  renameSync(draft, folder);
}
