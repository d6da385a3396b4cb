import { Logger } from '@nestjs/common';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StopError } from '../../errors/problem.js';
import { backoffMs } from '../backoff.js';
import { serverAccount, type Account } from './account.js';
import { findBinaries } from './binaries.js';
import { noteStarter, stopOrphan } from './orphan.js';
import { answers, PostgresProcess } from './postgres-process.js';
import { makeServerFolder, SERVER_DATABASE, SERVER_USER } from './server-folder.js';
import { makeSocketFolder, socketFolderOf } from './socket-folder.js';

/**
 * A private PostgreSQL for a machine that has none: real server programs out of node_modules, reached by a unix socket
 * only, started again when it dies. What it holds is derived from the journal: a folder that is lost is filled again.
 */
export class EmbeddedPostgres {
  private readonly logger = new Logger(EmbeddedPostgres.name);
  private readonly folder: string;
  /** The `-h` of psql; the same at every start. */
  readonly socketFolder: string;
  private running: PostgresProcess | undefined;
  private restarting: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  /** Touches nothing. @param dataDir absolute; the server's files are in its `postgres/` */
  constructor(dataDir: string) {
    this.folder = join(dataDir, 'postgres');
    this.socketFolder = socketFolderOf(this.folder);
  }

  get connection(): { host: string; port: number; username: string; database: string } {
    return { host: this.socketFolder, port: 5432, username: SERVER_USER, database: SERVER_DATABASE };
  }

  /** What to type to look into the database. */
  get psqlCommand(): string {
    return `psql -h ${this.socketFolder} -U ${SERVER_USER} ${SERVER_DATABASE}`;
  }

  get pid(): number | undefined {
    return this.running?.pid;
  }

  /** Whether a server runs on these data, started by this process or another. */
  answers(): Promise<boolean> {
    return answers(this.socketFolder);
  }

  /**
   * Resolves when the server answers; rejects with a StopError that says why it cannot. A disk without room is waited for in
   * the background, since what does not need PostgreSQL can be served meanwhile: it then resolves with false.
   */
  async start(): Promise<boolean> {
    mkdirSync(join(this.folder, '..'), { recursive: true });
    try {
      await this.launch();
      return true;
    } catch (error) {
      if (isOutOfSpace(error)) {
        this.logger.error(`PostgreSQL finds no room on ${this.folder}: ${(error as Error).message}. It is started when there is some.`);
        this.restarting = this.restart();
        return false;
      }
      if (error instanceof StopError) throw error;
      throw new StopError(
        `The embedded PostgreSQL did not start on ${this.folder}: ${(error as Error).message}. If that folder is damaged, move it away: it is filled again from the journal.`,
        { cause: error },
      );
    }
  }

  /** Within some 10 s, and usually at once. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.restarting;
    await this.running?.stop();
    if (this.running) rmSync(this.socketFolder, { recursive: true, force: true });
    this.running = undefined;
  }

  private async launch(): Promise<void> {
    const account: Account = serverAccount(dirname(this.folder));
    const { postgres, initdb } = await findBinaries(account);
    await stopOrphan(this.folder);
    makeServerFolder(this.folder, account, initdb);
    makeSocketFolder(this.socketFolder, account);
    noteStarter(this.folder);
    const server = await PostgresProcess.start(postgres, this.folder, this.socketFolder, account);
    this.running = server;
    server.onExit(() => {
      if (this.stopping.signal.aborted) return;
      this.logger.error(`PostgreSQL (pid ${server.pid}) ended unexpectedly: ${server.lastWords()}. It is started again.`);
      this.restarting = this.restart();
    });
  }

  /** For as long as it takes: the sessions of a server that was killed may hold its shared memory for a moment. */
  private async restart(): Promise<void> {
    for (let attempt = 0; !this.stopping.signal.aborted; attempt++) {
      try {
        return await this.launch();
      } catch (error) {
        this.logger.error(`PostgreSQL could not be started again: ${(error as Error).message}`);
        await sleep(backoffMs(attempt), undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }
}

/** In the system's own words, or PostgreSQL's, which are the same. */
function isOutOfSpace(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' || /No space left on device|Disk quota exceeded/i.test(message);
}
