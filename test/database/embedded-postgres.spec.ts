import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { serverAccount } from '../../src/platform/database/embedded/account.js';
import { findBinaries } from '../../src/platform/database/embedded/binaries.js';
import { makeSocketFolder, socketFolderOf } from '../../src/platform/database/embedded/socket-folder.js';
import { EmbeddedPostgres, StopError } from '../../src/platform/index.js';
import '../support/quiet-logs.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

/** A process that starts the server on argv[1], says so and waits. */
const RUNNER = `
  import { EmbeddedPostgres } from '${new URL('../../src/platform/database/embedded/embedded-postgres.js', import.meta.url).href}';
  const server = new EmbeddedPostgres(process.argv[1]);
  await server.start().then(() => console.log(server.pid), (error) => { console.log(error.message); process.exit(1); });
  setInterval(() => undefined, 1_000);
`;

describe('the embedded PostgreSQL', () => {
  let dataDir: string;
  let server: EmbeddedPostgres;

  beforeEach(() => {
    dataDir = temporaryFolder('embedded');
    server = new EmbeddedPostgres(dataDir);
  });
  afterEach(async () => {
    await server.stop();
  });

  it('answers on a socket alone, whose folder is the same at every start and open to nobody else', async () => {
    expect(new EmbeddedPostgres(dataDir).socketFolder).toBe(server.socketFolder);
    expect(new EmbeddedPostgres(join(dataDir, 'other')).socketFolder).not.toBe(server.socketFolder);
    await server.start();
    expect(server.psqlCommand).toBe(`psql -h ${server.socketFolder} -U app postgres`);
    expect(statSync(server.socketFolder).mode & 0o777).toBe(0o700);
    expect(await query('SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
    expect(await query('SHOW fsync')).toEqual([{ fsync: 'on' }]);
  });

  it('keeps its data over a stop and leaves no process and no socket', async () => {
    await server.start();
    await query('CREATE TABLE kept AS SELECT 1 AS one');
    const { pid } = server;
    await server.stop();
    expect(isRunning(pid)).toBe(false);
    expect(existsSync(server.socketFolder)).toBe(false);
    server = new EmbeddedPostgres(dataDir);
    await server.start();
    expect(await query('SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });

  it('is started again when it is killed', async () => {
    await server.start();
    const killed = server.pid!;
    process.kill(killed, 'SIGKILL');
    await until(async () => server.pid !== killed && (await answers()));
    expect(isRunning(server.pid)).toBe(true);
  });

  it('refuses a second server on the same folder', async () => {
    await server.start();
    const second = new EmbeddedPostgres(dataDir).start();
    await expect(second).rejects.toThrow(StopError);
    await expect(second).rejects.toThrow(new RegExp(`^Another process \\(pid ${process.pid}\\) runs a database on ${dataDir}/postgres`));
    expect(await answers()).toBe(true);
  });

  it('does not outlive its process by long, and the next start has the data', async () => {
    const { pid } = await killedRun();
    await until(() => !isRunning(pid));
    await server.start();
    expect(await answers()).toBe(true);
  });

  it('stops the orphan of a killed run before it starts', async () => {
    await server.start();
    await server.stop();
    const orphan = await orphanOn(join(dataDir, 'postgres'));
    server = new EmbeddedPostgres(dataDir);
    await server.start();
    expect(isRunning(orphan)).toBe(false);
    expect(server.pid).not.toBe(orphan);
  });

  it('sees through a pid file that names another program', async () => {
    await server.start();
    await server.stop();
    const pidFile = join(dataDir, 'postgres/postmaster.pid');
    writeFileSync(pidFile, `${process.pid}\n${join(dataDir, 'postgres')}\n1\n5432\n`);
    server = new EmbeddedPostgres(dataDir);
    await server.start();
    expect(readFileSync(pidFile, 'utf8').split('\n')[0]).toBe(String(server.pid));
  });

  it('makes its folder anew after a start that was killed while making it', async () => {
    mkdirSync(join(dataDir, 'postgres.new'));
    writeFileSync(join(dataDir, 'postgres.new/PG_VERSION'), '18');
    await server.start();
    expect(existsSync(join(dataDir, 'postgres.new'))).toBe(false);
    expect(await answers()).toBe(true);
  });

  it('says what to do about a folder that the server cannot read', async () => {
    await server.start();
    await server.stop();
    writeFileSync(join(dataDir, 'postgres/PG_VERSION'), '9\n');
    server = new EmbeddedPostgres(dataDir);
    await expect(server.start()).rejects.toThrow(
      /did not start on .*\/postgres: .*(incompatible|version).*If that folder is damaged, move it away/s,
    );
  });

  it('does not take a socket folder that it did not make', async () => {
    symlinkSync(dataDir, server.socketFolder);
    try {
      await expect(server.start()).rejects.toThrow(/belongs to somebody else: remove it/);
    } finally {
      rmSync(server.socketFolder);
    }
  });

  async function query(statement: string): Promise<unknown[]> {
    const { host, username, database } = server.connection;
    const client = new pg.Client({ host, user: username, database });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<object>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  const answers = (): Promise<boolean> =>
    query('SELECT 1').then(
      () => true,
      () => false,
    );

  async function killedRun(): Promise<{ pid: number }> {
    const run = spawn(process.execPath, ['--input-type=module', '-e', RUNNER, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(run.stdout, 'data')) as [Buffer];
    run.kill('SIGKILL');
    await once(run, 'close');
    return { pid: Number(line.toString()) };
  }
});

function isRunning(pid: number | undefined): boolean {
  try {
    // A process that has ended and that nobody has waited for is no longer running.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** A server on the folder whose starter is dead, as where the kernel does not end children with their parent. */
async function orphanOn(folder: string): Promise<number> {
  const account = serverAccount(folder);
  const { postgres } = await findBinaries(account);
  const sockets = socketFolderOf(folder);
  makeSocketFolder(sockets, account);
  const settings = ['-c', 'listen_addresses=', '-c', `unix_socket_directories=${sockets}`];
  const command = ['-c', '"$@" 2>/dev/null & echo $!', 'sh', ...account.prefix, postgres, '-D', folder, ...settings];
  const { uid, gid } = account;
  const shell = spawn('/bin/sh', command, { uid, gid, cwd: '/', stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(shell.stdout, 'data')) as [Buffer];
  const pidFile = join(folder, 'postmaster.pid');
  await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8').includes('ready'));
  shell.stdout.destroy();
  return Number(line.toString());
}
