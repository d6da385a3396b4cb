import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { createHttpApplication, type Config } from './platform/index.js';

/** The whole application, recovered and ready to listen: what `main.ts` runs and what tests run. */
export function createApplication(config: Config): Promise<NestExpressApplication> {
  return createHttpApplication(AppModule.forRoot(config), config);
}
