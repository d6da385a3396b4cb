import { Injectable } from '@nestjs/common';
import { EventBus } from '../platform/index.js';
import { VectorsDeleted } from '../store/index.js';
import { PostgresSync } from './postgres-sync.js';

@Injectable()
export class RecordDeletedVectorsListener {
  constructor(events: EventBus, sync: PostgresSync) {
    events.on(VectorsDeleted, RecordDeletedVectorsListener.name, () => sync.trigger());
  }
}
