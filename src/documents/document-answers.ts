import { HttpStatus, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Response } from 'express';
import type { HttpServerAdapter } from '../platform/index.js';
import { VectorStore, type AcceptResult, type StoredDocument } from '../store/index.js';
import { documentView } from './document-view.js';
import { IngestionFailedProblem } from './documents.errors.js';
import type { DocumentDto } from './dto/document.dto.js';
import { IngestionQueue } from './ingestion/ingestion-queue.js';
import { SettledDocuments } from './ingestion/settled-documents.js';

const WAIT_MS = 120_000;

/** Documents as they are answered, with what only the ingestion knows of them. */
@Injectable()
export class DocumentAnswers {
  constructor(
    private readonly store: VectorStore,
    private readonly queue: IngestionQueue,
    private readonly settled: SettledDocuments,
    private readonly host: HttpAdapterHost<HttpServerAdapter>,
  ) {}

  view(document: StoredDocument): DocumentDto {
    return documentView(document, this.queue.progressOf(document));
  }

  /**
   * Answers an upload: 202 when it is queued, 200 when its bytes were there; with `wait` 201 once it is indexed, or the
   * problem that it failed with. Sets the response's status.
   */
  async answerUpload({ document, outcome }: AcceptResult, wait: boolean, response: Response): Promise<DocumentDto> {
    response.setHeader('Location', `/documents/${document.id}`);
    if (wait) await this.waitFor(document.id, response);
    const latest = this.store.getDocument(document.id);
    if (wait && latest.status === 'failed' && latest.error) throw new IngestionFailedProblem(latest.id, latest.error);
    const isDuplicate = outcome === 'duplicate';
    const isIndexed = wait && latest.status === 'indexed';
    response.status(isDuplicate ? HttpStatus.OK : isIndexed ? HttpStatus.CREATED : HttpStatus.ACCEPTED);
    return { ...this.view(latest), ...(outcome === 'accepted' ? {} : { duplicate: true }) };
  }

  /** Ends early when the client leaves, and when the server stops: it answers then what it can, and the document goes on. */
  private async waitFor(documentId: number, response: Response): Promise<void> {
    const left = new AbortController();
    const leave = (): void => left.abort();
    response.once('close', leave);
    try {
      await this.settled.wait(documentId, WAIT_MS, AbortSignal.any([left.signal, this.host.httpAdapter.stopSignal]));
    } finally {
      response.off('close', leave);
    }
  }
}
