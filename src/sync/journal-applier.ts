import { Injectable, Logger } from '@nestjs/common';
import { Database, DatabaseUnavailableError, sqlState, type Sql } from '../platform/index.js';
import type { JournalRecord } from '../store/index.js';
import {
  ChunkRowsRepository,
  DocumentRowsRepository,
  IdMarksRepository,
  SyncStateRepository,
  type SetAside,
  type SyncState,
} from '../vector-metadata/index.js';
import { documentIdOf, netChangeOf, removedVectorsOf } from './net-change.js';

/** Somebody else moved the watermark: what is known of the database is old. */
export class WatermarkMovedError extends Error {
  constructor(expected: number) {
    super(`the database's watermark is no longer at record ${expected}`);
  }
}

/** SQLSTATE class of statements that the schema does not allow: every record would fail so, and none of them is set aside. */
const STATEMENT_REFUSED = /^42/;

/** Brings journal records into the rows: each run of them, and the watermark behind it, in one transaction. */
@Injectable()
export class JournalApplier {
  private readonly logger = new Logger(JournalApplier.name);
  private aside: SetAside[] = [];
  private asideDocuments = new Set<number>();
  /** Vector rows since the start of the process. */
  readonly rows = { written: 0, deleted: 0 };

  constructor(
    private readonly database: Database,
    private readonly documents: DocumentRowsRepository,
    private readonly chunks: ChunkRowsRepository,
    private readonly state: SyncStateRepository,
    private readonly marks: IdMarksRepository,
  ) {}

  /** Records that the rows lack. */
  get setAside(): readonly SetAside[] {
    return this.aside;
  }

  isSetAside(documentId: number): boolean {
    return this.asideDocuments.has(documentId);
  }

  async loadSetAside(sql: Sql): Promise<void> {
    this.aside = await this.state.setAsides(sql);
    this.asideDocuments = new Set(this.aside.map(({ documentId }) => documentId));
  }

  /**
   * Applies records that follow the watermark without a gap, and returns the new one. A record that PostgreSQL refuses
   * for good is found by halving, and set aside alone. Rejects when none of this is possible now; what was done before
   * stands, and is found in the database's watermark.
   */
  async apply(records: readonly JournalRecord[], from: SyncState): Promise<SyncState> {
    try {
      return await this.applyTogether(records, from);
    } catch (error) {
      if (!isAboutRecord(error)) throw error;
      if (records.length === 1) return this.setAsideAlone(records[0], error, from);
      const middle = records.length >> 1;
      return this.apply(records.slice(middle), await this.apply(records.slice(0, middle), from));
    }
  }

  private async applyTogether(records: readonly JournalRecord[], from: SyncState): Promise<SyncState> {
    const change = netChangeOf(records, this.asideDocuments);
    const joining = change.joining.map((record) => ({
      sequence: record.sequence,
      documentId: documentIdOf(record),
      sqlstate: null,
      message: 'An earlier record of this document was set aside.',
    }));
    let deleted = 0;
    const to = await this.transactionTo(records, from, async (sql) => {
      deleted = await this.chunks.delete(sql, change.deletedVectors);
      await this.documents.delete(sql, change.deletedDocuments);
      await this.documents.upsert(sql, change.documents);
      await this.chunks.insert(sql, change.chunks, change.vectors);
      await this.marks.keepAhead(sql, change.marks);
      for (const entry of joining) await this.state.setAside(sql, entry);
      if (change.healedDocuments.length > 0) await this.state.clearSetAside(sql, change.healedDocuments);
    });
    this.rows.written += change.chunks.length;
    this.rows.deleted += deleted;
    this.noteAside(joining);
    this.noteWhole(change.healedDocuments);
    return to;
  }

  private async setAsideAlone(record: JournalRecord, error: unknown, from: SyncState): Promise<SyncState> {
    const message = messageOf(error);
    const entry = { sequence: record.sequence, documentId: documentIdOf(record), sqlstate: sqlState(error) ?? null, message };
    const setAside = (removed: readonly number[]): Promise<SyncState> =>
      this.transactionTo([record], from, async (sql) => {
        await this.chunks.delete(sql, removed);
        await this.state.setAside(sql, entry);
      });
    // What the record takes away goes all the same, unless that is what was refused.
    const to = await setAside(removedVectorsOf(record)).catch((again: unknown) => {
      if (!isAboutRecord(again)) throw again;
      return setAside([]);
    });
    this.noteAside([entry]);
    this.logger.error(`PostgreSQL refuses record ${entry.sequence} of document ${entry.documentId}, which is set aside: ${message}`);
    return to;
  }

  /**
   * Notes a document that PostgreSQL refuses to take over from the engine.
   * @param generation the record that the document came from; undefined when the engine has it no more
   */
  async setDocumentAside(documentId: number, generation: number | undefined, error: unknown): Promise<void> {
    const message = messageOf(error);
    // What the engine no longer has came from no record: it is noted under its own number, where no record has one.
    const entry = { sequence: generation ?? -documentId, documentId, sqlstate: sqlState(error) ?? null, message };
    await this.database.transaction((sql) => this.state.setAside(sql, entry));
    this.noteAside([entry]);
    this.logger.error(`PostgreSQL refuses document ${documentId}, which is set aside: ${message}`);
  }

  /** Every document was copied from the engine, less those that PostgreSQL refused: the watermark is where that began. */
  async moveAfterCopy(from: SyncState, to: { sequence: number; chain: number }, refused: readonly number[]): Promise<SyncState> {
    const state = await this.transactionTo([to], from, (sql) => this.state.clearSetAsideExcept(sql, refused));
    const refusedDocuments = new Set(refused);
    this.noteWhole([...this.asideDocuments].filter((id) => !refusedDocuments.has(id)));
    return state;
  }

  /** Rows and watermark in one transaction: the database holds exactly the records up to its watermark. */
  private async transactionTo(
    records: readonly { sequence: number; chain: number }[],
    from: SyncState,
    work: (sql: Sql) => Promise<void>,
  ): Promise<SyncState> {
    const { sequence, chain } = records.at(-1)!;
    const lastSyncedAt = new Date().toISOString();
    await this.database.transaction(async (sql) => {
      const moved = await this.state.advance(sql, from.appliedSequence, { sequence, chain, at: lastSyncedAt });
      if (!moved) throw new WatermarkMovedError(from.appliedSequence);
      await work(sql);
    });
    return { storeId: from.storeId, appliedSequence: sequence, chain, lastSyncedAt };
  }

  private noteAside(entries: SetAside[]): void {
    const noted = new Set(entries.map(({ sequence }) => sequence));
    this.aside = [...this.aside.filter(({ sequence }) => !noted.has(sequence)), ...entries];
    for (const { documentId } of entries) this.asideDocuments.add(documentId);
  }

  /** Nothing of these documents is missing any more. */
  noteWhole(documentIds: readonly number[]): void {
    if (!documentIds.map((id) => this.asideDocuments.delete(id)).includes(true)) return;
    this.aside = this.aside.filter(({ documentId }) => this.asideDocuments.has(documentId));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Whether PostgreSQL refused this record's own content: it would do so every time, and takes others. What it says of the
 * database as a whole (rights, state, disk) comes as DatabaseUnavailableError.
 */
export function isAboutRecord(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError || error instanceof WatermarkMovedError) return false;
  return !STATEMENT_REFUSED.test(sqlState(error) ?? '');
}
