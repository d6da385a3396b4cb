import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule, type Config } from './platform/index.js';

/**
 * Puts the rooms together; nothing else imports them all.
 *
 * The stop walks backwards, a kind of hook for each step, whatever the order of the imports: the server has answered what was
 * under way, then `onModuleDestroy`: ingestion parks and listeners end; `beforeApplicationShutdown`: the store closes its files;
 * `onApplicationShutdown`: the database closes.
 */
@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      // in the order in which data walks; the floor first
      imports: [PlatformModule.forRoot(config)],
    };
  }
}
