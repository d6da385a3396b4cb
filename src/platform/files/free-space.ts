import { statfsSync } from 'node:fs';

const MEBIBYTE = 1024 * 1024;
const PLENTY_BYTES = 1024 * MEBIBYTE;
/** What a merge of segments, or one of PostgreSQL's log files, may want at once. */
const SCARCE_BYTES = 64 * MEBIBYTE;
const SCARCE_SHARE = 0.05;

export interface FreeSpace {
  /** What this account may still write. */
  freeBytes: number;
  /** Time to free some: less than 5 % or 64 MiB, and less than a gibibyte. */
  isScarce: boolean;
}

/** Of the disk that the folder is on. Throws when the folder is not there. */
export function freeSpace(folder: string): FreeSpace {
  const { bavail, blocks, bsize } = statfsSync(folder);
  const freeBytes = bavail * bsize;
  return { freeBytes, isScarce: freeBytes < Math.min(PLENTY_BYTES, Math.max(SCARCE_BYTES, blocks * bsize * SCARCE_SHARE)) };
}
