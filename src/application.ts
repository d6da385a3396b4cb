import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { Embedder } from './embedding/index.js';
import { createHttpApplication, Database, type Config } from './platform/index.js';

/**
 * The whole application, recovered and ready to listen: what `main.ts` runs and what tests run. The store is recovered when
 * the modules stand; a database that only does not answer yet is not waited for longer than a moment.
 */
export async function createApplication(config: Config): Promise<NestExpressApplication> {
  const app = await createHttpApplication(AppModule.forRoot(config), config);
  try {
    await Promise.all([app.get(Database).start(), app.get(Embedder).ready()]);
    return app;
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
}
