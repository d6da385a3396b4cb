import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule, type Config } from './platform/index.js';

/** Puts the rooms together; nothing else imports them all. */
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
