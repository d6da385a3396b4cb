import { readdir } from 'node:fs/promises';
import { extname } from 'node:path';

const DOCUMENT_EXTENSIONS = new Set(['.pdf', '.md', '.markdown', '.txt', '.text', '.html', '.htm']);

/** Names of the files in a folder that the service reads, by their extensions, in the order of their names. */
export async function documentFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && DOCUMENT_EXTENSIONS.has(extname(entry.name).toLowerCase()))
    .map(({ name }) => name)
    .sort();
}
