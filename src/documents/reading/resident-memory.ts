import { readFileSync } from 'node:fs';

/** Bytes of a process that are in memory; null where the system does not tell (no `/proc`) or the process has ended. */
export function residentBytes(processId: number): number | null {
  try {
    const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${processId}/status`, 'latin1'));
    return kibibytes ? Number(kibibytes[1]) * 1024 : null;
  } catch {
    return null;
  }
}
