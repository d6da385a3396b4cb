import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { EventBus, HealthRegistry, type HealthCheck } from '../../platform/index.js';
import { DocumentAccepted, DocumentChanged, VectorsDeleted, VectorStore, type StoredDocument } from '../../store/index.js';
import { IngestionJob, type IngestionProgress } from './ingestion-job.js';
import { IngestionPipeline } from './ingestion-pipeline.js';

/** One is read while another is embedded and a third saved; bounds what is held in memory of documents on their way. */
const IN_WORK_MAX = 3;

/**
 * The order in which documents are taken into work. The store's queued documents are the queue; this is who walks it. After
 * every event about a document both are compared: what is queued and not in work is put in line, and a job whose document
 * was deleted, taken back or queued anew is called off at once.
 */
@Injectable()
export class IngestionQueue implements OnModuleDestroy {
  /** Ids in the order in which they were queued. */
  private readonly waiting = new Set<number>();
  /** By document id; a job that was called off has left it, though it may still be winding up. */
  private readonly inWork = new Map<number, IngestionJob>();
  private readonly running = new Set<Promise<void>>();
  private isStarted = false;
  private isStopped = false;

  constructor(
    private readonly store: VectorStore,
    private readonly events: EventBus,
    private readonly pipeline: IngestionPipeline,
    private readonly health: HealthRegistry,
  ) {}

  /** Takes up what was queued or in work when the process ended. Call once, when the store has recovered. */
  start(): void {
    for (const type of [DocumentAccepted, DocumentChanged, VectorsDeleted]) {
      this.events.on(type, 'follow-queued-documents', ({ documentId }: DocumentAccepted) => this.follow(documentId));
    }
    this.health.register('ingestion', () => this.healthCheck());
    this.isStarted = true;
    for (const { id } of this.store.queuedDocuments()) this.waiting.add(id);
    this.takeUp();
  }

  /** How far a document is; null when it is not in work. */
  progressOf(document: StoredDocument): IngestionProgress | null {
    const job = this.inWork.get(document.id);
    return document.status === 'queued' && job?.document.generation === document.generation ? job.progress : null;
  }

  /** The documents in work, as the store has them now. */
  documentsInWork(): StoredDocument[] {
    return [...this.inWork.keys()]
      .map((id) => this.store.findDocument(id))
      .filter((document): document is StoredDocument => document !== undefined && this.progressOf(document) !== null);
  }

  /** Parks what is in work: it stays queued in the store, and the next start takes it up. */
  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    for (const job of this.inWork.values()) job.callOff('the service is stopping');
    await Promise.all(this.running);
  }

  private follow(id: number): void {
    const document = this.store.findDocument(id);
    const isQueued = document?.status === 'queued';
    const job = this.inWork.get(id);
    if (job && !(isQueued && job.document.generation === document.generation)) {
      this.inWork.delete(id);
      job.callOff('it was deleted, settled or queued anew');
    }
    if (!isQueued) this.waiting.delete(id);
    else if (!this.inWork.has(id)) this.waiting.add(id);
    this.takeUp();
  }

  private takeUp(): void {
    while (this.isStarted && !this.isStopped && this.running.size < IN_WORK_MAX) {
      const [id] = this.waiting;
      if (id === undefined) return;
      this.waiting.delete(id);
      const document = this.store.findDocument(id);
      if (document?.status === 'queued') this.work(new IngestionJob(document));
    }
  }

  private work(job: IngestionJob): void {
    const { id } = job.document;
    this.inWork.set(id, job);
    const run = this.pipeline.run(job).finally(() => {
      this.running.delete(run);
      if (this.inWork.get(id) === job) this.inWork.delete(id);
      this.takeUp();
    });
    this.running.add(run);
  }

  private healthCheck(): HealthCheck {
    const waiting = this.pipeline.patience.documentsWaiting;
    const figures = { queued: this.waiting.size, in_work: this.inWork.size };
    if (waiting === 0) return { status: 'ok', ...figures };
    return { status: 'degraded', detail: `The disk refuses writes: ${waiting} documents wait for room and are tried again.`, ...figures };
  }
}
