import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AddressInfo } from 'node:net';
import { FileError, lockDataDir, readConfig, readEnvironment, StartNotes, StopError, StopRequests, type Config } from './platform/index.js';
import { ProcessEnd } from './process-end.js';
import { startMessage } from './start-message.js';

// Boot order: configuration, lock, application (store recovery, database and migrations), listen. A store that is gone comes
// back from the database first.
let application: NestExpressApplication | undefined;
const leaving = new AbortController();

const processEnd = new ProcessEnd(async () => {
  // what is half begun is finished first, so that it can be ended in order; the deadline holds for it too. What waits is not
  leaving.abort(new Error('The process is to end'));
  await booting.catch(() => undefined);
  await application?.close();
});

// `on`, not `once`: Ctrl-C comes twice under npm, and the second must not end the process half-way
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void processEnd.end());
for (const event of ['uncaughtException', 'unhandledRejection'] as const) process.on(event, (error: unknown) => endUnexpectedly(error));
// a reader that has gone away is no reason to end
process.stdout.on('error', () => undefined);

const booting = boot();
booting.catch((error: unknown) => {
  if (error === leaving.signal.reason) return;
  if (error instanceof StopError) void processEnd.end(error);
  else if (error instanceof FileError) void processEnd.end(unusable(error));
  else endUnexpectedly(error);
});

async function boot(): Promise<void> {
  const config = readConfig(readEnvironment());
  lockDataDir(config.data.dataDir);
  // imported late: a wrong setting is answered before hundreds of modules are loaded
  const { createApplication } = await import('./application.js');
  application = await createApplication(config, leaving.signal);
  application.get(StopRequests).onRequest((reason) => void processEnd.end(reason));
  const port = await listen(application, config);
  process.stdout.write(startMessage(config.http, port, application.get(StartNotes).lines()));
}

async function listen(app: NestExpressApplication, { http: { port, host } }: Config): Promise<number> {
  try {
    await app.listen(port, host);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new StopError(`PORT=${port} on HOST=${host} is in use by another program. Stop that one, or set another PORT.`);
    throw new StopError(`PORT=${port} on HOST=${host} cannot be listened on (${message}). Set another PORT or HOST.`);
  }
  return (app.getHttpServer().address() as AddressInfo).port;
}

/** A file that the start needs, and that this account or this disk does not give. */
function unusable(error: FileError): StopError {
  const what = 'What was acknowledged is safe. Look at the disk and at the rights of this account below DATA_DIR, then start again.';
  return new StopError(`${error.message}. ${what}`, { cause: error });
}

function endUnexpectedly(error: unknown): void {
  const cause = error instanceof Error ? error : new Error(String(error));
  // before there is an application there is no logger
  if (application === undefined) process.stderr.write(`${cause.stack}\n`);
  else new Logger('Process').fatal(cause.message, cause.stack);
  void processEnd.end(new Error(`Ended by an unexpected error: ${cause.message}`, { cause }));
}
