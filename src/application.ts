import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { Embedder } from './embedding/index.js';
import { createHttpApplication, Database, type Config } from './platform/index.js';

/**
 * The whole application, recovered and ready to listen: what `main.ts` runs and what tests run. The store is recovered when
 * the modules stand; a database that only does not answer yet is not waited for longer than a moment, unless the store is gone
 * and has to come back from it.
 * @param signal aborted when the process is to end: what may take long is given up, and this rejects with its reason
 */
export async function createApplication(config: Config, signal = new AbortController().signal): Promise<NestExpressApplication> {
  const app = await createHttpApplication(AppModule.forRoot(config, signal), config);
  try {
    await Promise.all([app.get(Database).start(), app.get(Embedder).ready()]);
    return app;
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
}
