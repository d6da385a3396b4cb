import { Injectable, Logger } from '@nestjs/common';
import { join } from 'node:path';
import {
  Database,
  DatabaseConfig,
  DatabaseUnavailableError,
  DataConfig,
  Disk,
  openDatabase,
  StopError,
  type DatabaseSchema,
} from '../../platform/index.js';
import { LostStore, type FoundStore, type VectorStore } from '../../store/index.js';
import { SyncStateRepository } from '../../vector-metadata/index.js';
import { StoredHistory } from './stored-history.js';

/** How long a server that somebody else runs is waited for when there may be nothing to wait for. */
const SHORT_WAIT_MS = 1_000;

/** What the restoring needs besides the configuration. */
export abstract class RestoreSettings {
  abstract readonly schema: DatabaseSchema;
  /** Aborted when the process is to end: nobody waits for the database any longer. */
  abstract readonly signal: AbortSignal;
}

/**
 * Asks PostgreSQL for the store, over a connection of its own that is closed again: the application's own comes to life only
 * when the store stands. The embedded server is started for it, so it can always be asked.
 */
@Injectable()
export class DatabaseLostStore extends LostStore {
  private readonly logger = new Logger('StoreRecovery');
  private store: VectorStore | undefined;

  constructor(
    private readonly config: DatabaseConfig,
    private readonly data: DataConfig,
    private readonly settings: RestoreSettings,
    private readonly history: StoredHistory,
    private readonly states: SyncStateRepository,
    applicationDatabase: Database,
  ) {
    super();
    applicationDatabase.onConnecting(async (sql) => {
      const state = this.store?.lastSequence === 0 ? await states.find(sql) : undefined;
      if (!state || state.storeId === this.store!.storeId) return;
      if (state.appliedSequence === 0) return this.states.give(sql, this.store!.storeId);
      throw new StopError(
        `The database holds ${state.appliedSequence} records of store ${state.storeId}, and the store in DATA_DIR, begun while it did not answer, holds none. Nothing was changed. Start again: the store is then made from the database.`,
      );
    });
  }

  guard(store: VectorStore): void {
    this.store = store;
  }

  async restore(patient: boolean, write: (found: FoundStore) => Promise<void>): Promise<'restored' | 'nothing' | 'unanswered'> {
    const isEmbedded = this.config.databaseUrl === null;
    if (isEmbedded && (await new Disk().size(join(this.data.dataDir, 'postgres', 'PG_VERSION'))) === null) return 'nothing';
    const refused = new AbortController();
    const { schema, signal } = this.settings;
    const database = openDatabase({ database: this.config, data: this.data }, schema, (reason) => refused.abort(reason));
    const ending = AbortSignal.any([signal, refused.signal]);
    try {
      return await this.restoreFrom(database, patient || isEmbedded, write, ending);
    } finally {
      await database.close();
    }
  }

  private async restoreFrom(
    database: Database,
    patient: boolean,
    write: (found: FoundStore) => Promise<void>,
    signal: AbortSignal,
  ): Promise<'restored' | 'nothing' | 'unanswered'> {
    const started = unless(signal, database.start());
    if (!patient && !(await answersSoon(started))) return 'unanswered';
    await started;
    for (let holdsRecords = patient; ;) {
      if (!database.connected && !holdsRecords) return 'unanswered';
      await this.untilConnected(database, signal);
      try {
        const found = await this.history.find(database, signal);
        if (!found) return 'nothing';
        holdsRecords = true;
        await write(found);
        return 'restored';
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError)) throw error;
      }
    }
  }

  private async untilConnected(database: Database, signal: AbortSignal): Promise<void> {
    if (database.connected) return;
    this.logger.warn(
      `The store folder in ${this.data.dataDir} is gone, and PostgreSQL, which holds what it can be made of again, does not answer (${database.unavailable}). It is waited for; nothing is served before.`,
    );
    await unless(signal, new Promise<void>((resolve) => database.onConnected(resolve)));
  }
}

/** What `work` comes to, or the signal's reason as soon as it is aborted. */
async function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([work, aborted]);
}

async function answersSoon(started: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), SHORT_WAIT_MS)));
  started.catch(() => undefined);
  return Promise.race([started.then(() => true), late]).finally(() => clearTimeout(timer));
}
