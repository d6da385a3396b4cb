import { Injectable, Module, type DynamicModule, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { DataConfig, DatabaseConfig } from '../config/config.js';
import { HealthRegistry } from '../health/health-registry.js';
import { ProcessStop } from '../process-stop.js';
import { StartNotes } from '../start-notes.js';
import { describeConnection, poolOptions, type Connection, type EntityClass, type MigrationClass } from './connection-options.js';
import { Database } from './database.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { executeUnhurried, ping, runPendingMigrations, verifyMigrated } from './migrate.js';
import { refusalOf } from './refusal.js';

/** What the modules keep in PostgreSQL. The floor knows no module, so the application hands it in. */
export interface DatabaseSchema {
  entities: EntityClass[];
  /** Oldest first. */
  migrations: MigrationClass[];
}

/** Provides `Database` everywhere. Nothing is started or connected before `Database.start()`. */
@Module({})
export class DatabaseModule implements OnModuleDestroy, OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  static forRoot(schema: DatabaseSchema): DynamicModule {
    let database: Database | undefined;
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [DatabaseConfig, DataConfig],
          useFactory: (config: DatabaseConfig, data: DataConfig) => ({
            ...poolOptions(addressOf(connectionOf(config, data)), schema.entities, (error) => database?.noteFailure(error)),
            manualInitialization: true,
          }),
        }),
      ],
      providers: [
        DatabasePlatform,
        {
          provide: Database,
          inject: [getDataSourceToken(), DatabaseConfig, DataConfig, DatabasePlatform],
          useFactory: (dataSource: DataSource, config: DatabaseConfig, data: DataConfig, platform: DatabasePlatform) =>
            (database = makeDatabase(dataSource, connectionOf(config, data), platform, schema.migrations)),
        },
      ],
      exports: [Database],
    };
  }

  onModuleDestroy(): void {
    this.database.expectClose();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}

type Where = Connection | EmbeddedPostgres;

/** What the database needs of the floor. */
@Injectable()
class DatabasePlatform {
  constructor(
    readonly health: HealthRegistry,
    readonly processStop: ProcessStop,
    readonly startNotes: StartNotes,
  ) {}
}

function connectionOf(config: DatabaseConfig, data: DataConfig): Where {
  return config.databaseUrl === null ? new EmbeddedPostgres(data.dataDir) : { url: config.databaseUrl };
}

function addressOf(from: Where): Connection {
  return from instanceof EmbeddedPostgres ? from.connection : from;
}

function makeDatabase(
  dataSource: DataSource,
  from: Where,
  { health, processStop, startNotes }: DatabasePlatform,
  migrations: MigrationClass[],
): Database {
  const server = from instanceof EmbeddedPostgres ? from : null;
  const connection = addressOf(from);
  const steps = {
    prepare: async (signal: AbortSignal) => void (await runPendingMigrations(connection, migrations, signal)),
    verify: verifyMigrated,
    ping: () => ping(connection),
    executeUnhurried: (statement: string) => executeUnhurried(connection, statement),
    refusal: (error: unknown) => refusalOf(connection, error),
  };
  const database = new Database(dataSource, server, steps, (reason) => processStop.stop(reason));
  if (server) startNotes.add(`PostgreSQL   ${server.psqlCommand}`);
  health.register('database', () => ({
    status: database.connected ? 'ok' : 'degraded',
    ...(database.connected ? {} : { detail: `PostgreSQL is away: ${database.unavailable}. It is looked for again by itself.` }),
    server: server ? 'embedded' : 'external',
    address: describeConnection(connection),
  }));
  return database;
}

/**
 * A Database of its own, besides the application's: for what has to ask PostgreSQL before the application stands, or without
 * it. Not started; who opens it closes it, and an embedded server with it.
 * @param onRefusal told once when PostgreSQL answers and refuses for good, after `start` has resolved
 */
export function openDatabase(
  config: { database: DatabaseConfig; data: DataConfig },
  schema: DatabaseSchema,
  onRefusal: (reason: Error) => void,
): Database {
  const from = connectionOf(config.database, config.data);
  const platform = new DatabasePlatform(new HealthRegistry(), { stop: onRefusal }, new StartNotes());
  const dataSource = new DataSource(poolOptions(addressOf(from), schema.entities, (error) => database.noteFailure(error)));
  const database = makeDatabase(dataSource, from, platform, schema.migrations);
  return database;
}
