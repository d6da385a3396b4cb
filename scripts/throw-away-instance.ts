import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Instance } from './instance.js';
import { makeThrowAwayDatabase, type ThrowAwayDatabase } from './throw-away-database.js';

/** What any child needs of our environment; settings for a service stay out. */
const ENVIRONMENT = ['PATH', 'HOME', 'USER', 'LANG', 'TMPDIR', 'LD_LIBRARY_PATH'];

/** A service for one run of a script, with a data folder and a database that are new, and gone afterwards. */
export class ThrowAwayInstance {
  private instance: Instance | null = null;

  private constructor(
    readonly dataDir: string,
    private readonly database: ThrowAwayDatabase | null,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /**
   * Makes folder and database; `remove` must follow.
   *
   * @param purpose a word for their names
   * @param environment with a `DATABASE_URL` the database is made on that server
   */
  static async prepare(purpose: string, environment: NodeJS.ProcessEnv): Promise<ThrowAwayInstance> {
    const dataDir = await mkdtemp(join(tmpdir(), `hvs-${purpose}-`));
    try {
      await chmod(dataDir, 0o711); // root runs PostgreSQL as another account, which must get through
      const { DATABASE_URL: url } = environment;
      return new ThrowAwayInstance(dataDir, url ? await makeThrowAwayDatabase(url, purpose) : null, environment);
    } catch (error) {
      await rm(dataDir, { recursive: true, force: true });
      throw error;
    }
  }

  /** Null: an embedded PostgreSQL. */
  get databaseName(): string | null {
    return this.database?.name ?? null;
  }

  /** @param settings names of variables that the service shall have as we have them */
  async start(settings: readonly string[] = []): Promise<Instance> {
    const kept = [...ENVIRONMENT, ...settings].flatMap((name) => {
      const value = this.environment[name];
      return value === undefined ? [] : [[name, value]];
    });
    this.instance = await Instance.start({
      ...(Object.fromEntries(kept) as NodeJS.ProcessEnv),
      DATA_DIR: this.dataDir,
      DATABASE_URL: this.database?.url ?? '',
      LOG_LEVEL: 'info',
    });
    return this.instance;
  }

  /** Answers why the service did not end cleanly; null when it did. */
  async remove(): Promise<string | null> {
    const code = await this.instance?.stop();
    const fault = this.instance && code !== 0 ? `Its exit code was ${code}.\n${this.instance.lastLines(5).join('\n')}` : null;
    await this.database?.drop();
    await rm(this.dataDir, { recursive: true, force: true });
    return fault;
  }
}
