import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEnd } from './interruption.js';

/** Runs `work` on a new empty data folder, which is gone afterwards. */
export async function withDataFolder<T>(work: (dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'hvs-bench-'));
  const remove = (): Promise<void> => rm(dataDir, { recursive: true, force: true });
  const forget = beforeEnd(remove);
  // Started by root, the embedded PostgreSQL runs as somebody else and has to get in.
  await chmod(dataDir, 0o755);
  try {
    return await work(dataDir);
  } finally {
    await remove();
    forget();
  }
}

/** Reads every file of the engine once, from the first byte to the last; answers how many bytes that were. */
export async function readStoreOnce(dataDir: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(join(dataDir, 'store'), { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await readFile(join(entry.parentPath, entry.name))).length;
  return bytes;
}
