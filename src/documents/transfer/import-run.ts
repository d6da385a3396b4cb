import { Logger } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { InternalError, Problem, problemDocument } from '../../platform/index.js';
import { CHUNKS_TOO_LONG } from '../ingestion/embedding-texts.js';
import type { AnswerLines } from './answer-lines.js';
import { bodyLines, type BodyLine } from './body-lines.js';
import type { DocumentLine } from './document-line.js';
import { LINE_BYTES_MAX } from './export-format.js';
import type { ImportBudget } from './import-budget.js';
import type { ImportedDocument, ImportedDocuments } from './imported-documents.js';
import type { LineReader } from './line-reader.js';
import { ImportStoppedError } from './transfer.errors.js';

/** Lines are parsed in this thread: everybody else gets a turn in between. */
const TURN_MS = 4;
/** Positions of chunks that a warning names. */
const NAMED_MAX = 10;

export interface ImportParts {
  documents: ImportedDocuments;
  budget: ImportBudget;
  reader: LineReader;
  answers: AnswerLines;
  requestId: string;
  /** Aborted when the client has gone: what is in work is finished, nothing more is begun. */
  left: AbortSignal;
}

/** One import: many documents in work at once, each answered as soon as it is durable. */
export class ImportRun {
  private readonly logger = new Logger(ImportRun.name);
  private readonly inWork = new Set<Promise<void>>();
  private readonly counts = { imported: 0, failed: 0, duplicates: 0 };
  private lastLine = 0;
  private turnEnds = performance.now() + TURN_MS;

  constructor(private readonly parts: ImportParts) {}

  /** How many documents are between their line and their answer. */
  get documentsInWork(): number {
    return this.inWork.size;
  }

  /** Answers all lines and their sum. Rejects when the body fails or the client leaves; what was in work is done by then. */
  async run(body: AsyncIterable<Buffer>, stop: AbortSignal): Promise<void> {
    try {
      for await (const line of bodyLines(body, LINE_BYTES_MAX)) {
        // What a stop cuts short may end in the middle of a line.
        if (stop.aborted) break;
        await this.take(line);
      }
    } finally {
      await Promise.all(this.inWork);
    }
    if (stop.aborted) this.refuse(this.lastLine + 1, new ImportStoppedError());
    this.parts.answers.write(this.counts);
    this.parts.answers.end();
  }

  private async take(line: BodyLine): Promise<void> {
    const { answers, budget, left } = this.parts;
    await answers.hasRoom(left);
    const release = await budget.acquire(line.bytes?.length ?? 0, left);
    const work = this.answer(line).finally(() => {
      release();
      this.inWork.delete(work);
    });
    this.inWork.add(work);
    this.lastLine = line.number;
    if (performance.now() < this.turnEnds) return;
    await nextTurn();
    this.turnEnds = performance.now() + TURN_MS;
  }

  /** Never rejects. */
  private async answer(line: BodyLine): Promise<void> {
    try {
      const document = this.parts.reader.read(line);
      if (document) this.accept(line.number, document, await this.parts.documents.save(document, this.parts.left));
    } catch (error) {
      if (!this.parts.left.aborted) this.refuse(line.number, error);
    }
  }

  private accept(line: number, { normalised }: DocumentLine, { document, outcome, embedded, cut }: ImportedDocument): void {
    const { id, chunkCount } = document;
    const answer = { line, document_id: id, chunk_count: chunkCount, status: outcome };
    if (outcome === 'duplicate') {
      this.counts.duplicates++;
      return this.parts.answers.write(answer);
    }
    this.counts.imported++;
    this.parts.answers.write({
      ...answer,
      ...(embedded > 0 && { embedded }),
      ...(normalised > 0 && { normalised }),
      ...(cut.length > 0 && { warnings: [cutWarning(cut)] }),
    });
  }

  private refuse(line: number, error: unknown): void {
    const problem = error instanceof Problem ? error : new InternalError(error);
    if (problem instanceof InternalError)
      this.logger.error(`Line ${line} of an import failed`, error instanceof Error ? error.stack : error);
    this.counts.failed++;
    this.parts.answers.write({ line, error: problemDocument(problem, this.parts.requestId) });
  }
}

function cutWarning(cut: number[]): object {
  return {
    code: CHUNKS_TOO_LONG.code,
    detail: `${CHUNKS_TOO_LONG.detail(cut.length)}.`,
    chunks: cut.slice(0, NAMED_MAX),
  };
}
