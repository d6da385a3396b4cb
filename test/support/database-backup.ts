import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { DatabaseTrial } from './database-trial.js';
import { onSystemPostgres } from './postgres.js';
import { temporaryFolder } from './temporary-folder.js';

const SYSTEM_PROGRAMS = '/usr/lib/postgresql/15/bin';

export interface DatabaseBackup {
  /** How it was made, for the table. */
  readonly kind: string;
  /** In the place of what is there. */
  restore(): Promise<void>;
}

/** With HVS_TEST_DATABASE=system by pg_dump; the embedded server brings none, and its files are copied. */
export async function backUp(trial: DatabaseTrial, name: string): Promise<DatabaseBackup> {
  if (!onSystemPostgres) {
    await trial.createCopy(name);
    const restore = async (): Promise<void> => {
      await trial.dropDatabase();
      await trial.createDatabase(name);
    };
    return { kind: 'file copy', restore };
  }
  const file = join(temporaryFolder('dump'), `${name}.dump`);
  run('pg_dump', ['--format=custom', `--file=${file}`, trial.superuserUrl]);
  const restore = async (): Promise<void> => {
    await trial.dropDatabase();
    // restored under another name: to our own it would be there before it is whole
    await trial.createDatabase('template0', 'restored');
    run('pg_restore', ['--exit-on-error', `--dbname=${trial.superuserUrl.replace(/\/trial\b/, '/restored')}`, file]);
    await trial.postgres.query('ALTER DATABASE restored RENAME TO trial');
  };
  return { kind: 'pg_dump', restore };
}

function run(program: string, args: string[]): void {
  const done = spawnSync(join(SYSTEM_PROGRAMS, program), args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${program}: ${done.stderr || String(done.error)}`);
}
