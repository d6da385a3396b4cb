import { Module, type DynamicModule } from '@nestjs/common';
import {
  ChunkingConfig,
  ConsistencyConfig,
  DataConfig,
  DatabaseConfig,
  EmbeddingConfig,
  ExtractionConfig,
  HttpConfig,
  LogConfig,
  StoreConfig,
  type Config,
} from './config/config.js';
import { EventBus } from './events/event-bus.js';
import { HealthController } from './health/health.controller.js';
import { HealthRegistry } from './health/health-registry.js';
import { ProcessStop } from './process-stop.js';
import { StartNotes } from './start-notes.js';
import { StopRequests } from './stop-requests.js';

/** The floor: each slice of the configuration under its own class, events, health, and the way to end the process. */
@Module({})
export class PlatformModule {
  static forRoot(config: Config): DynamicModule {
    const providers = [
      { provide: HttpConfig, useValue: config.http },
      { provide: DataConfig, useValue: config.data },
      { provide: DatabaseConfig, useValue: config.database },
      { provide: EmbeddingConfig, useValue: config.embedding },
      { provide: ChunkingConfig, useValue: config.chunking },
      { provide: ExtractionConfig, useValue: config.extraction },
      { provide: StoreConfig, useValue: config.store },
      { provide: ConsistencyConfig, useValue: config.consistency },
      { provide: LogConfig, useValue: config.log },
      { provide: ProcessStop, useExisting: StopRequests },
      StopRequests,
      StartNotes,
      EventBus,
      HealthRegistry,
    ];
    return { module: PlatformModule, global: true, controllers: [HealthController], providers, exports: providers };
  }
}
