import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StopError } from '../../errors/problem.js';

const STOP_WAIT_MS = 20_000;

const starterFile = (folder: string): string => `${folder}.starter`;

/** Notes that this process started the server on the folder, so that another can tell a server in use from an orphan. */
export function noteStarter(folder: string): void {
  writeFileSync(starterFile(folder), String(process.pid));
}

/**
 * Makes the folder free for a new server: one that a killed run left behind is told to stop and waited for, a pid file
 * that names a dead or foreign process is removed. Throws a StopError when a living process uses the server.
 */
export async function stopOrphan(folder: string): Promise<void> {
  const pidFile = join(folder, 'postmaster.pid');
  const pid = Number(readIfThere(pidFile)?.split('\n')[0]);
  if (!isServerOf(folder, pid)) {
    // PostgreSQL itself takes a zombie or a reused number for a living server, and would refuse to start.
    rmSync(pidFile, { force: true });
    return;
  }
  const starter = Number(readIfThere(starterFile(folder)));
  // The parent of an orphan is whoever adopted it, never the process that started it.
  if (processField(pid, 'ppid') === String(starter)) {
    throw new StopError(`Another process (pid ${starter}) runs a database on ${folder}: stop it, or set DATA_DIR to another folder.`);
  }
  process.kill(pid, 'SIGINT');
  for (const deadline = Date.now() + STOP_WAIT_MS; isServerOf(folder, pid); await sleep(50)) {
    if (Date.now() > deadline) {
      throw new StopError(
        `PostgreSQL (pid ${pid}) was left on ${folder} by an earlier run and does not stop: end it with "kill -QUIT ${pid}".`,
      );
    }
  }
}

/** Whether the process lives and is a server on that folder; another program may have taken the number since. */
function isServerOf(folder: string, pid: number): boolean {
  if (!(pid > 0)) return false;
  return processField(pid, 'args').includes(`-D ${folder} `);
}

function processField(pid: number, field: 'ppid' | 'args'): string {
  if (!existsSync('/proc/self/status')) return spawnSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  if (field === 'args') return (readIfThere(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ');
  return /^PPid:\s+(\d+)/m.exec(readIfThere(`/proc/${pid}/status`) ?? '')?.[1] ?? '';
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
