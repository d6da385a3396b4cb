import { createHash } from 'node:crypto';
import { chownSync, lstatSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StopError } from '../../errors/problem.js';
import type { Account } from './account.js';

/** A socket's path may have 107 bytes; `/.s.PGSQL.5432` takes 15 of them. */
const FOLDER_BYTES_MAX = 92;

/** The same folder for the same data at every start, so that `psql -h` finds it; too long a path is why it is not below the data. */
export function socketFolderOf(serverFolder: string): string {
  const name = `hvs-${createHash('sha256').update(serverFolder).digest('hex').slice(0, 10)}`;
  const folder = join(tmpdir(), name);
  return Buffer.byteLength(folder) <= FOLDER_BYTES_MAX ? folder : join('/tmp', name);
}

/**
 * Makes the folder anew, open to the server's account alone: who can reach the socket is let in without a password.
 * Call it only when no server of these data runs: a socket's stale lock file would hold up the next server.
 */
export function makeSocketFolder(folder: string, account: Account): void {
  const owner = account.uid ?? process.getuid?.();
  const there = lstatSync(folder, { throwIfNoEntry: false });
  if (there && !(there.isDirectory() && there.uid === owner)) {
    throw new StopError(`${folder} is wanted for the database's socket, but belongs to somebody else: remove it, or set DATABASE_URL.`);
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid!);
}
