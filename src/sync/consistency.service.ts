import { Injectable } from '@nestjs/common';
import { Mutex } from 'async-mutex';
import { ComparisonWalk } from './comparison-walk.js';
import { DocumentRepair, rowsOf } from './document-repair.js';
import { Findings, NAMED_MAX, type FoundRows } from './findings.js';
import { JournalApplier } from './journal-applier.js';
import { PostgresSync } from './postgres-sync.js';

/** PostgreSQL's rows up to its watermark beside the engine; rows of documents count as rows of chunks do. */
export interface ConsistencyReport {
  consistent: boolean;
  /** Journal records that PostgreSQL still lacks: documents that they changed were left out. */
  lag: number;
  checkedDocuments: number;
  checkedVectors: number;
  missing: FoundRows;
  orphaned: FoundRows;
  differing: FoundRows;
}

export interface RepairReport extends ConsistencyReport {
  /** Rows that were brought to the engine's state: all that were found, less those that PostgreSQL refuses. */
  repaired: number;
}

export interface LastCheck {
  /** ISO 8601 in UTC. */
  at: string;
  checkedDocuments: number;
  checkedVectors: number;
  /** Rows that were not as they should be, and still are not; without those of documents that are known to be set aside. */
  wrongRows: number;
}

interface Checked {
  report: ConsistencyReport;
  /** Of each document that differs, how many rows; 0 for one that is only set aside. */
  wrongRows: Map<number, number>;
  unownedRows: number;
}

/** Holds all of PostgreSQL against the engine, and repairs it. Every call rejects with DatabaseUnavailableError while PostgreSQL is away. */
@Injectable()
export class ConsistencyService {
  private readonly mutex = new Mutex();
  private next: Promise<Checked> | undefined;
  private last: LastCheck | undefined;

  constructor(
    private readonly sync: PostgresSync,
    private readonly walk: ComparisonWalk,
    private readonly repairs: DocumentRepair,
    private readonly applier: JournalApplier,
  ) {}

  get lastCheck(): LastCheck | undefined {
    return this.last;
  }

  async check(): Promise<ConsistencyReport> {
    return (await this.checked()).report;
  }

  /** Documents that were set aside are tried too. */
  async repair({ dryRun }: { dryRun: boolean }): Promise<RepairReport> {
    const { report, wrongRows, unownedRows } = await this.checked();
    if (dryRun) return { ...report, repaired: 0 };
    return this.mutex.runExclusive(async () => {
      const refused = new Set<number>();
      await this.walk.documents(wrongRows.keys(), async (difference) => {
        if (!(await this.repairs.repair(difference))) refused.add(difference.documentId);
      });
      if (unownedRows > 0) await this.repairs.deleteUnowned();
      const refusedRows = new Map([...wrongRows].filter(([id]) => refused.has(id)));
      const left = sum(refusedRows.values());
      if (this.last) this.last = { ...this.last, at: new Date().toISOString(), wrongRows: this.unexplained(refusedRows) };
      const { missing, orphaned, differing } = report;
      return { ...report, repaired: missing.count + orphaned.count + differing.count - left };
    });
  }

  /** One at a time; who asks while one runs waits for the next, and shares it, since the running one may have passed what they mean. */
  private checked(): Promise<Checked> {
    this.next ??= this.mutex.runExclusive(() => {
      this.next = undefined;
      return this.checkEverything();
    });
    return this.next;
  }

  private async checkEverything(): Promise<Checked> {
    await this.sync.readWatermark();
    const findings = new Findings();
    const wrongRows = new Map<number, number>();
    const { documents, vectors } = await this.walk.everything((difference) => {
      findings.add(difference);
      wrongRows.set(difference.documentId, rowsOf(difference));
      return Promise.resolve();
    });
    const unowned = await this.walk.unowned(NAMED_MAX);
    findings.addUnowned(unowned);
    const { missing, orphaned, differing, count } = findings;
    this.last = {
      at: new Date().toISOString(),
      checkedDocuments: documents,
      checkedVectors: vectors,
      wrongRows: this.unexplained(wrongRows) + unowned.count,
    };
    return {
      report: {
        consistent: count === 0,
        lag: this.sync.lag,
        checkedDocuments: documents,
        checkedVectors: vectors,
        missing,
        orphaned,
        differing,
      },
      wrongRows,
      unownedRows: unowned.count,
    };
  }

  /** A document that is set aside is no drift: the sync's health names it until PostgreSQL takes it, or it is deleted. */
  private unexplained(wrongRows: ReadonlyMap<number, number>): number {
    return sum([...wrongRows].filter(([id]) => !this.applier.isSetAside(id)).map(([, rows]) => rows));
  }
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
