import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { StopError } from '../../errors/problem.js';

/** Who runs PostgreSQL; empty: the account of this process. */
export interface Account {
  uid?: number;
  gid?: number;
}

/** PostgreSQL refuses to run as root, so root hands it to an ordinary account that exists already. */
export function serverAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find((fields) => fields[0] === name);
    if (account) return { uid: Number(account[2]), gid: Number(account[3]) };
  }
  throw new StopError(
    'PostgreSQL refuses to run as root, and there is no account "postgres" or "nobody" to run it as: create one, start as another user, or set DATABASE_URL.',
  );
}

/** Whether the account may enter the folder: one that only root may enter, such as /root, shuts others out of all below it. */
export function mayEnter(account: Account, folder: string): boolean {
  return account.uid === undefined || spawnSync('test', ['-x', folder], { ...account, cwd: '/' }).status === 0;
}
