import { Injectable } from '@nestjs/common';
import { EventBus } from '../platform/index.js';
import { DocumentChanged } from '../store/index.js';
import { PostgresSync } from './postgres-sync.js';

@Injectable()
export class RecordChangedDocumentsListener {
  constructor(events: EventBus, sync: PostgresSync) {
    events.on(DocumentChanged, RecordChangedDocumentsListener.name, () => sync.trigger());
  }
}
