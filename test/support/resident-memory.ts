import { readdirSync, readFileSync } from 'node:fs';

const PAGE_BYTES = 4096;
const MEBIBYTE = 1024 * 1024;

export interface ResidentMemory {
  /** MiB that the process has in memory. */
  process: number;
  /** MiB of all of its descendants, without what they share with others. */
  children: number;
}

export function residentMemory(pid: number): ResidentMemory {
  return { process: megabytes(pid, 'resident'), children: descendants(pid).reduce((sum, child) => sum + megabytes(child, 'own'), 0) };
}

function descendants(pid: number): number[] {
  const children = tasks(pid).flatMap((task) => read(`/proc/${pid}/task/${task}/children`).trim().split(/\s+/).filter(Boolean).map(Number));
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function tasks(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** PostgreSQL's sessions map one shared memory, which would count for each of them. */
function megabytes(pid: number, what: 'resident' | 'own'): number {
  const [, resident, shared] = read(`/proc/${pid}/statm`).split(' ').map(Number);
  if (resident === undefined) return 0;
  return ((what === 'resident' ? resident : resident - shared) * PAGE_BYTES) / MEBIBYTE;
}

/** A process may have ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
