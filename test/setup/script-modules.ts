import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from '../support/repository-root.js';

interface ScriptModules {
  'native/patch.mjs': { applyPatch: (text: string, diff: string, name: string) => string; patchReason: (diff: string) => string };
  'native/faiss-source.mjs': {
    sourceSha256: string;
    readPatches: () => { name: string; diff: string }[];
    mendSource: (source: string, patches?: { name: string; diff: string }[]) => string;
  };
  'setup/packages.mjs': { packagesAreInstalled: (options: { development: boolean; folder: string }) => boolean };
  'setup/stamp.mjs': { hashFiles: (root: string, entries: string[], wanted?: (file: string) => boolean) => string };
}

export const scriptPath = (name: string): string => join(repositoryRoot, 'scripts', name);

/** The set-up runs before anything is compiled, so it is plain JavaScript and typed here. */
export async function importScript<K extends keyof ScriptModules>(name: K): Promise<ScriptModules[K]> {
  return (await import(pathToFileURL(scriptPath(name)).href)) as ScriptModules[K];
}
