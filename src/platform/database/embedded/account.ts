import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { StopError } from '../../errors/problem.js';

/** Who runs PostgreSQL; without a uid: the account of this process. */
export interface Account {
  uid?: number;
  gid?: number;
  /** Words before the command that make it run so. */
  prefix: string[];
}

/** Whatever it is told, PostgreSQL refuses to run as root: in a user namespace root has another number and the same rights. */
const ROOT_BY_ANOTHER_NUMBER = ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--'];

/**
 * Who may run PostgreSQL on a folder. Root hands it to an ordinary account that exists already; where that one may not enter,
 * as below /root, root runs it in a user namespace. Throws a StopError when neither can be done.
 * @param folder that exists; the server's folder is made in it
 */
export function serverAccount(folder: string): Account {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const account = ordinaryAccount();
  if (account && mayEnter(account, folder)) return account;
  const [command, ...args] = ROOT_BY_ANOTHER_NUMBER;
  if (spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0) return { prefix: ROOT_BY_ANOTHER_NUMBER };
  throw new StopError(
    account
      ? `${folder} lies below a folder that only root may enter, and PostgreSQL does not run as root: set DATA_DIR to another folder, or set DATABASE_URL.`
      : 'PostgreSQL refuses to run as root, and there is no account "postgres" or "nobody" to run it as: create one, start as another user, or set DATABASE_URL.',
  );
}

function ordinaryAccount(): Account | undefined {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const fields = accounts.find((candidate) => candidate[0] === name);
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]), prefix: [] };
  }
  return undefined;
}

/** Whether the account may enter the folder: one that only root may enter, such as /root, shuts others out of all below it. */
export function mayEnter(account: Account, folder: string): boolean {
  return account.uid === undefined || spawnSync('test', ['-x', folder], { uid: account.uid, gid: account.gid, cwd: '/' }).status === 0;
}
