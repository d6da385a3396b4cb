import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { StopError } from '../errors/problem.js';

/** The process's variables over those of a `.env` file in the working directory. The only place that names process.env. */
export function readEnvironment(folder: string = process.cwd()): NodeJS.ProcessEnv {
  return { ...readEnvFile(join(folder, '.env')), ...process.env };
}

function readEnvFile(path: string): NodeJS.ProcessEnv {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new StopError(`The settings file ${path} cannot be read (${(error as Error).message}). Mend it, or take it away.`);
  }
}
