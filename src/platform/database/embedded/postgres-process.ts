import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Account } from './account.js';
import { SERVER_DATABASE, SERVER_USER } from './server-folder.js';

const START_WAIT_MS = 120_000;
/**
 * A fast shutdown writes a checkpoint, of a server that itself is recovering too; after this long it is ended at once, and
 * recovers at its next start: waiting for statements and for this must be over before the service's own stop is cut short.
 */
const FAST_STOP_WAIT_MS = 4_000;
const LOG_CHARS_KEPT = 4_000;
/** What ended the server, before what it answered to who asked meanwhile ("the database system is starting up"). */
const LINES_THAT_TELL = [/No space left on device/, /PANIC/, /FATAL(?!.*(?:database system|the connection))|could not/, /FATAL/];

const SETTINGS = [
  'listen_addresses=',
  'unix_socket_permissions=0700',
  'max_connections=40',
  'timezone=UTC',
  'log_timezone=UTC',
  // One client that writes: parallel plans gain nothing and want more shared memory than small containers have.
  'max_parallel_workers_per_gather=0',
  'maintenance_work_mem=128MB',
];

/** One run of the server's program. */
export class PostgresProcess {
  private log = '';
  private ended = false;
  private readonly exit: Promise<unknown>;
  private readonly endWithParent = (): void => void this.child.kill('SIGINT');

  private constructor(private readonly child: ChildProcess) {
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.log = (this.log + text).slice(-LOG_CHARS_KEPT)));
    child.on('error', (error) => (this.log += `${error.message}\n`));
    this.exit = once(child, 'close').finally(() => {
      this.ended = true;
      process.off('exit', this.endWithParent);
    });
    this.exit.catch(() => undefined);
    process.on('exit', this.endWithParent);
  }

  /** Starts the program and waits until it answers. Rejects with its last words when it ends before that. */
  static async start(program: string, folder: string, socketFolder: string, account: Account): Promise<PostgresProcess> {
    const settings = [...SETTINGS, `unix_socket_directories=${socketFolder}`].flatMap((setting) => ['-c', setting]);
    const [command, ...args] = [...account.prefix, ...endsWithParent(), program, '-D', folder, ...settings];
    const child = spawn(command, args, {
      uid: account.uid,
      gid: account.gid,
      cwd: '/',
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const server = new PostgresProcess(child);
    for (const deadline = Date.now() + START_WAIT_MS; !(await answers(socketFolder)); await sleep(20)) {
      if (server.ended) throw new Error(server.lastWords());
      if (Date.now() > deadline) {
        await server.stop();
        throw new Error(`it did not answer within ${START_WAIT_MS / 1000} s: ${server.lastWords()}`);
      }
    }
    return server;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  onExit(listener: () => void): void {
    void this.exit.then(listener, listener);
  }

  /** What the server said last, one line. */
  lastWords(): string {
    const lines = this.log.trim().split('\n');
    const telling = LINES_THAT_TELL.map((pattern) => lines.filter((line) => pattern.test(line)).at(-1));
    return (telling.find((line) => line !== undefined) ?? lines.at(-1) ?? '').trim() || 'it said nothing';
  }

  /** Sessions are ended and everything is written; SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one. */
  async stop(): Promise<void> {
    for (const [signal, waitMs] of [['SIGINT', FAST_STOP_WAIT_MS] as const, ['SIGQUIT', 2_000] as const, ['SIGKILL', 2_000] as const]) {
      if (this.ended) return;
      this.child.kill(signal);
      await Promise.race([this.exit.catch(() => undefined), sleep(waitMs, undefined, { ref: false })]);
    }
  }
}

/** Whether a server takes a connection on the socket, whoever started it. */
export async function answers(socketFolder: string): Promise<boolean> {
  const client = new pg.Client({ host: socketFolder, port: 5432, user: SERVER_USER, database: SERVER_DATABASE });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

/**
 * On Linux the kernel itself tells the server to stop when this process dies, even by SIGKILL. Elsewhere the next start
 * stops the orphan.
 */
function endsWithParent(): string[] {
  if (process.platform !== 'linux') return [];
  const prefix = ['setpriv', '--pdeathsig', 'INT', '--'];
  return spawnSync(prefix[0], [...prefix.slice(1), 'true'], { stdio: 'ignore' }).status === 0 ? prefix : [];
}
