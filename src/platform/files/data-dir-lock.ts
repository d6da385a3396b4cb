import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StopError } from '../errors/problem.js';

export interface DataDirLock {
  release(): void;
}

/** Exit code that `flock` is told to give when another process holds the lock. */
const HELD = 75;

/**
 * One process per `DATA_DIR`. `flock(1)` locks the open file description that it inherits from us and ends; the lock stays
 * with our descriptor, so the kernel drops it with this process, however that ends: there is no pid file to be stale.
 * Node opens files close-on-exec, so no child that we start later keeps it alive.
 *
 * Throws StopError when another process holds the lock or the folder cannot be written.
 */
export function lockDataDir(dataDir: string): DataDirLock {
  const path = join(dataDir, 'lock');
  let fd: number;
  try {
    makeFolder(dataDir);
    fd = openSync(path, 'a', 0o640);
  } catch (error) {
    throw new StopError(
      `DATA_DIR=${dataDir} cannot be written (${(error as Error).message}). Give this account the right to write there, or set DATA_DIR to another folder.`,
    );
  }
  const { status, error } = spawnSync('flock', ['--exclusive', '--nonblock', '--conflict-exit-code', String(HELD), '3'], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
  });
  if (status !== 0) {
    closeSync(fd);
    throw new StopError(
      status === HELD
        ? `DATA_DIR=${dataDir} is in use by another process of this program. Stop that one, or set DATA_DIR to another folder.`
        : `DATA_DIR=${dataDir} cannot be locked (flock: ${error?.message ?? `exit code ${status}`}). Install util-linux, and use a file system with locks.`,
    );
  }
  return { release: () => closeSync(fd) };
}

/** One level at a time: below /proc, Node's own recursive way never comes back. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
  // its name must survive a power cut as what is in it does
  const above = openSync(dirname(path), 'r');
  fsyncSync(above);
  closeSync(above);
}
