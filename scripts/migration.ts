/**
 * `npm run migration:run | revert | show | generate`: TypeORM's own command line on the configured database. `run` and
 * `revert` hold the advisory lock that a starting process takes for its migrations. Options after `--` are passed on:
 * `npm run migration:generate -- --check` ends with code 1 when entities and schema differ.
 */
import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { DataSource } from 'typeorm';
import { migrationOptions, readConfig, readEnvironment, StopError, underMigrationLock } from '../src/platform/index.js';
import { withReachableDatabase } from './migration/reachable-database.js';

const COMMANDS = ['run', 'revert', 'show', 'generate'];
const NEW_MIGRATION = 'migrations/change-schema';

async function main([command, ...options]: string[]): Promise<number> {
  if (command === undefined || !COMMANDS.includes(command)) throw new StopError(`Say which: ${COMMANDS.join(', ')}.`);
  return withReachableDatabase(readConfig(readEnvironment()), async (databaseUrl) => {
    const typeorm = (): Promise<number> => runTypeOrm(command, options, databaseUrl);
    if (command !== 'run' && command !== 'revert') return typeorm();
    const holder = await new DataSource(migrationOptions({ url: databaseUrl }, [], [])).initialize();
    try {
      return await underMigrationLock(holder, new AbortController().signal, typeorm);
    } finally {
      await holder.destroy();
    }
  });
}

async function runTypeOrm(command: string, options: string[], databaseUrl: string): Promise<number> {
  const cli = createRequire(import.meta.url).resolve('typeorm/cli.js');
  const dataSource = fileURLToPath(new URL('./migration/data-source.js', import.meta.url));
  const args = [cli, `migration:${command}`, '-d', dataSource];
  if (command === 'generate') args.push('--pretty', ...(options.some((option) => !option.startsWith('-')) ? [] : [NEW_MIGRATION]));
  const child = spawn(process.execPath, [...args, ...options], {
    stdio: 'inherit',
    env: { ...readEnvironment(), DATABASE_URL: databaseUrl },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof StopError ? error.message : error);
  process.exitCode = 1;
}
