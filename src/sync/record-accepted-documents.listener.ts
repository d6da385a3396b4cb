import { Injectable } from '@nestjs/common';
import { EventBus } from '../platform/index.js';
import { DocumentAccepted } from '../store/index.js';
import { PostgresSync } from './postgres-sync.js';

@Injectable()
export class RecordAcceptedDocumentsListener {
  constructor(events: EventBus, sync: PostgresSync) {
    events.on(DocumentAccepted, RecordAcceptedDocumentsListener.name, () => sync.trigger());
  }
}
