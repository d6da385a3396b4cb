import { Injectable, Logger } from '@nestjs/common';
import { VectorStore } from '../store/index.js';
import type { DocumentDifference } from './document-comparison.js';
import { isAboutRecord, JournalApplier } from './journal-applier.js';
import { RepairWriter } from './repair-writer.js';

/** Brings the rows of a document to the engine's state, in one transaction. */
@Injectable()
export class DocumentRepair {
  private readonly logger = new Logger(DocumentRepair.name);

  constructor(
    private readonly store: VectorStore,
    private readonly writer: RepairWriter,
    private readonly applier: JournalApplier,
  ) {}

  /** False when PostgreSQL refuses the document, whose rows then stay as they were. Rejects while it is away. */
  async repair(difference: DocumentDifference): Promise<boolean> {
    const { documentId } = difference;
    try {
      if (rowsOf(difference) > 0 || this.applier.isSetAside(documentId)) await this.writer.write([difference], this.store.embeddingModel);
      this.applier.noteWhole([documentId]);
      return true;
    } catch (error) {
      if (!isAboutRecord(error)) throw error;
      this.logger.error(`PostgreSQL refuses document ${documentId}, whose rows stay as they were: ${String(error)}`);
      return false;
    }
  }

  /** What belongs to no document. */
  deleteUnowned(): Promise<void> {
    return this.writer.deleteUnowned();
  }
}

/** Rows that are not as they should be, the document's own one among them. */
export function rowsOf({ row, missing, orphaned, differing }: DocumentDifference): number {
  return (row === 'equal' ? 0 : 1) + missing.length + orphaned.length + differing.length;
}
