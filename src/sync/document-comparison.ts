import { Injectable } from '@nestjs/common';
import { Database } from '../platform/index.js';
import { VectorStore, type StoredChunk, type StoredContents } from '../store/index.js';
import {
  ChunkRowsRepository,
  documentDigest,
  RowDigestsRepository,
  type ChunkPrint,
  type DocumentDigest,
  type UnownedRow,
} from '../vector-metadata/index.js';
import { ChangedDocuments } from './changed-documents.js';
import type { ComparedScope } from './document-scopes.js';
import { chunkDigests, engineDigests, findContents, type EngineDigest } from './engine-digest.js';

/** How one document's rows differ from the engine. */
export interface DocumentDifference {
  documentId: number;
  /** As the engine holds it, with its vectors; undefined when it knows no such document. */
  contents: StoredContents | undefined;
  /** Its row in `documents`. `missing`: the engine has it only; `orphaned`: PostgreSQL has it only. */
  row: 'equal' | 'missing' | 'orphaned' | 'differing';
  /** Chunks that only the engine has. */
  missing: StoredChunk[];
  /** Rows that only PostgreSQL has. */
  orphaned: ChunkPrint[];
  /** Chunks that both have, unequal in any column or in the vector. */
  differing: StoredChunk[];
}

export interface ComparedDocuments {
  /** Documents of either side that were compared, and the engine's vectors of them. */
  documents: number;
  vectors: number;
  differences: DocumentDifference[];
}

interface Options {
  /** PostgreSQL's watermark, which stands still meanwhile: what was changed after it is left out, as lag. Null: nothing is. */
  appliedSequence: number | null;
  /** Documents that are looked at row by row even if they seem equal. */
  suspected: (documentId: number) => boolean;
}

/**
 * Compares documents as PostgreSQL has them at this moment with the engine: first a digest of each, which either side
 * computes from what it holds, then row by row where these differ.
 */
@Injectable()
export class DocumentComparison {
  constructor(
    private readonly store: VectorStore,
    private readonly database: Database,
    private readonly digests: RowDigestsRepository,
    private readonly chunks: ChunkRowsRepository,
    private readonly changed: ChangedDocuments,
  ) {}

  async compare(scope: ComparedScope, { appliedSequence, suspected }: Options): Promise<ComparedDocuments> {
    const [found, engine] = await Promise.all([this.digests.ofDocuments(this.database, scope.rows), engineDigests(this.store, scope.ids)]);
    const rows = new Map(found.map((digest) => [digest.documentId, digest]));
    // The range may hold documents that came to the engine since its ids were listed.
    const more = await engineDigests(
      this.store,
      [...rows.keys()].filter((id) => !engine.has(id)),
    );
    for (const [id, digest] of more) engine.set(id, digest);
    const all = [...new Set([...rows.keys(), ...engine.keys()])].sort((a, b) => a - b);
    const unequal = all.filter((id) => suspected(id) || !equal(engine.get(id), rows.get(id)));
    const differences = unequal.length > 0 ? await this.differences(unequal, rows) : [];
    const isLag = appliedSequence === null ? () => false : await this.changed.since(appliedSequence);
    const compared = all.filter((id) => !isLag(id));
    return {
      documents: compared.length,
      vectors: compared.reduce((sum, id) => sum + (engine.get(id)?.chunkCount ?? 0), 0),
      differences: differences.filter(({ documentId }) => !isLag(documentId)),
    };
  }

  /** Rows that belong to no document. */
  unowned(limit: number): Promise<{ count: number; rows: UnownedRow[] }> {
    return this.digests.unowned(this.database, limit);
  }

  private async differences(documentIds: readonly number[], rows: Map<number, DocumentDigest>): Promise<DocumentDifference[]> {
    const prints = new Map<number, ChunkPrint[]>(documentIds.map((id) => [id, []]));
    for (const print of await this.chunks.prints(this.database, documentIds)) prints.get(print.documentId)?.push(print);
    const differences: DocumentDifference[] = [];
    for (const documentId of documentIds) {
      const contents = await findContents(this.store, documentId);
      const row = rowDifference(contents, rows.get(documentId)?.row ?? null);
      differences.push({ documentId, contents, row, ...(await this.chunkDifferences(contents, prints.get(documentId)!)) });
    }
    return differences;
  }

  private async chunkDifferences(
    contents: StoredContents | undefined,
    prints: ChunkPrint[],
  ): Promise<Pick<DocumentDifference, 'missing' | 'orphaned' | 'differing'>> {
    const byId = new Map(prints.map((print) => [print.vectorId, print]));
    const missing: StoredChunk[] = [];
    const differing: StoredChunk[] = [];
    const digests = contents ? await chunkDigests(contents, this.store.embeddingModel) : [];
    contents?.chunks.forEach((chunk, place) => {
      const print = byId.get(chunk.vectorId);
      byId.delete(chunk.vectorId);
      if (!print) missing.push(chunk);
      else if (print.digest !== digests[place]) differing.push(chunk);
    });
    return { missing, orphaned: [...byId.values()], differing };
  }
}

function equal(engine: EngineDigest | undefined, rows: DocumentDigest | undefined): boolean {
  return (
    engine !== undefined &&
    rows !== undefined &&
    engine.row === rows.row &&
    engine.chunkCount === rows.chunkCount &&
    engine.chunkSum === rows.chunkSum
  );
}

function rowDifference(contents: StoredContents | undefined, row: bigint | null): DocumentDifference['row'] {
  if (!contents) return row === null ? 'equal' : 'orphaned';
  if (row === null) return 'missing';
  return row === documentDigest(contents.document) ? 'equal' : 'differing';
}
