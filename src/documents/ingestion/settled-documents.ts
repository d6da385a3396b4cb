import { Injectable } from '@nestjs/common';
import { EventBus } from '../../platform/index.js';
import { DocumentChanged, VectorsDeleted, VectorsSaved, VectorStore } from '../../store/index.js';

/** Lets a call wait until a document has left the queue, by whatever way. */
@Injectable()
export class SettledDocuments {
  constructor(
    private readonly store: VectorStore,
    private readonly events: EventBus,
  ) {}

  /** Resolves when the document is indexed, failed, unindexed or deleted, or when waiting ends otherwise: look at it then. */
  async wait(documentId: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const isSettled = (): boolean => this.store.findDocument(documentId)?.status !== 'queued';
    const end = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    if (isSettled() || end.aborted) return;
    const subscriptions: (() => void)[] = [];
    await new Promise<void>((resolve) => {
      end.addEventListener('abort', () => resolve(), { once: true });
      for (const type of [VectorsSaved, DocumentChanged, VectorsDeleted]) {
        const look = (event: DocumentChanged): void => {
          if (event.documentId === documentId && isSettled()) resolve();
        };
        subscriptions.push(this.events.on(type, 'answer-waiting-uploads', look));
      }
    });
    for (const unsubscribe of subscriptions) unsubscribe();
  }
}
