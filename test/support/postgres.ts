import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { serverAccount } from '../../src/platform/database/embedded/account.js';
import { findBinaries, type Binaries } from '../../src/platform/database/embedded/binaries.js';

const SYSTEM_BINARIES = '/usr/lib/postgresql/15/bin';

/** HVS_TEST_DATABASE=system: Debian's PostgreSQL 15 through DATABASE_URL, in the place of the embedded one. */
export const onSystemPostgres = process.env.HVS_TEST_DATABASE === 'system';

/** A PostgreSQL server of a test's own, in a temporary folder. */
export interface TestPostgres {
  readonly databaseUrl: string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** After `kill`: the same data at the same address. */
  restart(): Promise<void>;
  /** Neither ends nor answers any more, its sessions too, until `resume`. */
  pause(): void;
  resume(): void;
  urlOf(database: string): string;
  /** Makes another, empty database on it. */
  createDatabase(name: string): Promise<string>;
  /** Rows of one statement, over a connection of its own. */
  query<Row extends object>(statement: string, parameters?: unknown[], database?: string): Promise<Row[]>;
  /** Makes a user who is let in with that password alone; everybody else needs none. */
  requirePassword(user: string, password: string): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Over TCP the system's server, over a socket the embedded one: both ways of a DATABASE_URL are then walked. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const account = serverAccount(tmpdir());
  const { initdb, postgres } = onSystemPostgres ? systemBinaries() : await findBinaries(account);
  const folder = mkdtempSync(join(tmpdir(), 'hvs-test-'));
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid!);
  const data = join(folder, 'data');
  const options = { ...account, cwd: '/', encoding: 'utf8' as const };
  const made = spawnSync(initdb, ['-D', data, '-U', 'app', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'], options);
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const server = new ServerInFolder(postgres, folder, port);
  await server.start();
  return server;
}

class ServerInFolder implements TestPostgres {
  private child: ChildProcess | undefined;

  constructor(
    private readonly program: string,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  get databaseUrl(): string {
    return this.urlOf('postgres');
  }

  async start(): Promise<void> {
    const settings = [
      'fsync=off',
      `port=${this.port}`,
      `unix_socket_directories=${this.folder}`,
      `listen_addresses=${onSystemPostgres ? '127.0.0.1' : ''}`,
    ];
    const args = ['-D', join(this.folder, 'data'), ...settings.flatMap((setting) => ['-c', setting])];
    const child = spawn(this.program, args, { ...serverAccount(tmpdir()), cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
    this.child = child;
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
    for (;;) {
      if (child.exitCode !== null) throw new Error(`PostgreSQL ended: ${log}`);
      try {
        await this.query('SELECT 1');
        return;
      } catch {
        await sleep(20);
      }
    }
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
    // Its sessions find out by themselves and let go of the shared memory then.
    await sleep(50);
  }

  async restart(): Promise<void> {
    rmSync(join(this.folder, 'data/postmaster.pid'), { force: true });
    for (const name of [`.s.PGSQL.${this.port}`, `.s.PGSQL.${this.port}.lock`]) rmSync(join(this.folder, name), { force: true });
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.start();
      } catch (error) {
        if (attempt === 50) throw error;
        await sleep(100);
      }
    }
  }

  /** The server first: stopped, it begins no further session. */
  pause(): void {
    signal(this.child!.pid!, 'SIGSTOP');
    for (const session of this.sessions()) signal(session, 'SIGSTOP');
  }

  /** The server last: awake, it takes leave of sessions that have ended meanwhile. */
  resume(): void {
    for (const session of this.sessions()) signal(session, 'SIGCONT');
    signal(this.child!.pid!, 'SIGCONT');
  }

  private sessions(): number[] {
    const pid = this.child!.pid!;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).map(Number);
  }

  async createDatabase(name: string): Promise<string> {
    await this.query(`CREATE DATABASE ${name}`);
    return this.urlOf(name);
  }

  async query<Row extends object>(statement: string, parameters: unknown[] = [], database = 'postgres'): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.urlOf(database) });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(statement, parameters)).rows;
    } finally {
      await client.end();
    }
  }

  async requirePassword(user: string, password: string): Promise<void> {
    await this.query(`CREATE ROLE ${user} LOGIN PASSWORD '${password}'`);
    const rules = join(this.folder, 'data/pg_hba.conf');
    const asked = ['local all', 'host all'].map((from) => `${from} ${user} ${from.startsWith('host') ? '127.0.0.1/32 ' : ''}scram-sha-256`);
    writeFileSync(rules, [...asked, readFileSync(rules, 'utf8')].join('\n'));
    await this.query('SELECT pg_reload_conf()');
    await sleep(200);
  }

  async stop(): Promise<void> {
    await this.end('SIGINT');
    rmSync(this.folder, { recursive: true, force: true });
  }

  urlOf(database: string): string {
    if (onSystemPostgres) return `postgresql://app@127.0.0.1:${this.port}/${database}`;
    return `postgresql://app@localhost:${this.port}/${database}?host=${encodeURIComponent(this.folder)}`;
  }

  private async end(signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill(signal);
    await ended;
  }
}

function systemBinaries(): Binaries {
  if (!existsSync(join(SYSTEM_BINARIES, 'initdb')) && process.getuid?.() === 0) {
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'postgresql-15'], { stdio: 'inherit' });
  }
  if (!existsSync(join(SYSTEM_BINARIES, 'initdb'))) {
    throw new Error(`HVS_TEST_DATABASE=system needs ${SYSTEM_BINARIES}: apt-get install postgresql-15`);
  }
  return { initdb: join(SYSTEM_BINARIES, 'initdb'), postgres: join(SYSTEM_BINARIES, 'postgres') };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A session may have ended by itself. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
