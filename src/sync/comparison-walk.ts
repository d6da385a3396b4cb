import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { VectorStore } from '../store/index.js';
import type { UnownedRow } from '../vector-metadata/index.js';
import { DocumentComparison, type DocumentDifference } from './document-comparison.js';
import { allScopes, scopesOf, type ComparedScope } from './document-scopes.js';
import { JournalApplier } from './journal-applier.js';
import { PostgresSync } from './postgres-sync.js';

export interface Walked {
  /** Documents of either side, and the engine's vectors of them, that were compared. */
  documents: number;
  vectors: number;
}

/**
 * Goes over documents, a few at a time, each time at a watermark that stands still: the sync goes on in between. A document
 * that was changed after the watermark is left out.
 */
@Injectable()
export class ComparisonWalk implements OnModuleDestroy {
  private stopping = false;

  constructor(
    private readonly store: VectorStore,
    private readonly sync: PostgresSync,
    private readonly comparison: DocumentComparison,
    private readonly applier: JournalApplier,
  ) {}

  /** Of all that either side holds. Documents that are set aside are visited even if nothing of them differs. */
  everything(visit: (difference: DocumentDifference) => Promise<void>): Promise<Walked> {
    return this.walk(allScopes(this.store), visit);
  }

  documents(documentIds: Iterable<number>, visit: (difference: DocumentDifference) => Promise<void>): Promise<Walked> {
    return this.walk(scopesOf(this.store, documentIds), visit);
  }

  /** What PostgreSQL holds of no document: how many rows, and the first `limit`. */
  unowned(limit: number): Promise<{ count: number; rows: UnownedRow[] }> {
    return this.comparison.unowned(limit);
  }

  onModuleDestroy(): void {
    this.stopping = true;
  }

  private async walk(scopes: Iterable<ComparedScope>, visit: (difference: DocumentDifference) => Promise<void>): Promise<Walked> {
    const walked = { documents: 0, vectors: 0 };
    for (const scope of scopes) {
      if (this.stopping) throw new Error('The process is stopping');
      await this.sync.atWatermark(async (appliedSequence) => {
        const suspected = (id: number): boolean => this.applier.isSetAside(id);
        const compared = await this.comparison.compare(scope, { appliedSequence, suspected });
        for (const difference of compared.differences) await visit(difference);
        walked.documents += compared.documents;
        walked.vectors += compared.vectors;
      });
    }
    return walked;
  }
}
