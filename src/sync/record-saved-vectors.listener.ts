import { Injectable } from '@nestjs/common';
import { EventBus } from '../platform/index.js';
import { VectorsSaved } from '../store/index.js';
import { PostgresSync } from './postgres-sync.js';

@Injectable()
export class RecordSavedVectorsListener {
  constructor(events: EventBus, sync: PostgresSync) {
    events.on(VectorsSaved, RecordSavedVectorsListener.name, () => sync.trigger());
  }
}
