import { readdirSync } from 'node:fs';

/** Names in a folder, sorted; none when the folder is not there. At once, for who answers how things are. */
export function folderNames(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
