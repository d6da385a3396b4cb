import { readFileSync } from 'node:fs';

/** Ids of the processes that build an index for the given one. */
export function buildingProcesses(parent = process.pid): number[] {
  return childrenOf(parent).filter((pid) => read(`/proc/${pid}/cmdline`).includes('build.process.js'));
}

/** False too when it has ended and nobody has asked how. */
export const isRunning = (pid: number): boolean => /^State:\s+[^Z]/m.test(read(`/proc/${pid}/status`));

const childrenOf = (pid: number): number[] => read(`/proc/${pid}/task/${pid}/children`).trim().split(/\s+/).filter(Boolean).map(Number);

/** Empty when it is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
