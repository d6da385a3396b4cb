import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Ids of the processes that work in a folder or below it, which is how a reading process is told from any other. */
export function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && workingFolder(name).startsWith(folder))
    .map(Number);
}

function workingFolder(processId: string): string {
  try {
    return readlinkSync(`/proc/${processId}/cwd`);
  } catch {
    return ''; // it has ended, or is not ours to look at
  }
}

export function environmentOf(processId: number): string[] {
  const names = readFileSync(`/proc/${processId}/environ`, 'utf8').split('\0').filter(Boolean);
  return names.map((entry) => entry.split('=')[0]);
}

/** 0 is the usual priority, 19 the lowest. */
export function nicenessOf(processId: number): number {
  const afterName = readFileSync(`/proc/${processId}/stat`, 'latin1').split(') ')[1].split(' ');
  return Number(afterName[16]);
}

export function isAlive(processId: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${processId}/status`, 'latin1'));
  } catch {
    return false;
  }
}

/** Polls until the condition holds; what waits for it has jest's own time limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
