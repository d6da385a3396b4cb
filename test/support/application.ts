import 'reflect-metadata';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AddressInfo } from 'node:net';
import { createApplication } from '../../src/application.js';
import {
  createHttpApplication,
  HTTP_TIMEOUTS,
  lockDataDir,
  PlatformModule,
  readConfig,
  StopRequests,
  type Config,
  type HttpTimeouts,
} from '../../src/platform/index.js';
import { onSystemPostgres, startTestPostgres } from './postgres.js';
import { makeTemporaryFolder } from './temporary-folder.js';

export interface RunningApplication {
  app: NestExpressApplication;
  config: Config;
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  url: string;
  port: number;
  /** Reasons for which the application asked for the end of its process. */
  stopReasons: Error[];
  /** Stops it in order, and removes the temporary DATA_DIR. */
  stop: () => Promise<void>;
}

/**
 * The whole application as production runs it, on a free port.
 * @param environment settings by their names; without DATA_DIR a temporary folder is used, without DATABASE_URL the embedded
 *   server, or with HVS_TEST_DATABASE=system one of the system's PostgreSQL
 */
export async function startApplication(environment: NodeJS.ProcessEnv = {}): Promise<RunningApplication> {
  if (!onSystemPostgres || environment.DATABASE_URL !== undefined) return start(environment, createApplication);
  const postgres = await startTestPostgres();
  try {
    const running = await start({ ...environment, DATABASE_URL: postgres.databaseUrl }, createApplication);
    const stop = (): Promise<void> => running.stop().finally(() => postgres.stop());
    return { ...running, stop };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** A module of a test over the floor alone: real HTTP, no database and no store. */
export function startHttp(
  module: Type,
  options: { environment?: NodeJS.ProcessEnv; timeouts?: Partial<HttpTimeouts> } = {},
): Promise<RunningApplication> {
  return start(options.environment ?? {}, (config) => {
    const root: DynamicModule = { module, imports: [PlatformModule.forRoot(config)] };
    return createHttpApplication(root, config, { ...HTTP_TIMEOUTS, ...options.timeouts });
  });
}

async function start(
  environment: NodeJS.ProcessEnv,
  create: (config: Config) => Promise<NestExpressApplication>,
): Promise<RunningApplication> {
  const folder = makeTemporaryFolder();
  const config = readConfig({ DATA_DIR: folder.path, PORT: '0', LOG_LEVEL: 'silent', ...environment });
  const lock = lockDataDir(config.data.dataDir);
  try {
    const app = await create(config);
    await app.listen(config.http.port, config.http.host);
    const { port } = app.getHttpServer().address() as AddressInfo;
    const stopReasons: Error[] = [];
    app.get(StopRequests).onRequest((reason) => stopReasons.push(reason));
    const stop = async (): Promise<void> => {
      await app.close();
      lock.release();
      folder.remove();
    };
    return { app, config, url: `http://127.0.0.1:${port}`, port, stopReasons, stop };
  } catch (error) {
    lock.release();
    folder.remove();
    throw error;
  }
}
