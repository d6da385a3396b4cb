import { ProgressLine } from '../progress-line.js';
import { mark, say } from '../terminal.js';
import type { LineAnswer } from './send-import.js';

const FAILURES_SHOWN_MAX = 50;

/** What is shown while an import runs, and the sum that is left of it. */
export class ImportProgress {
  failed = 0;
  private imported = 0;
  private duplicates = 0;
  private passages = 0;
  private warnings = 0;
  private readonly startedAt = Date.now();
  private readonly line = new ProgressLine();

  /** @param documents that are expected; null when nobody has counted */
  constructor(private readonly documents: number | null) {}

  /** @param name of the document, for who reads of a failure */
  answered({ status, chunk_count: chunks = 0, warnings, error }: LineAnswer, name: string): void {
    if (error) this.refused(name, `${error.code}: ${error.detail}`);
    else if (status === 'duplicate') this.duplicates++;
    else {
      this.imported++;
      this.passages += chunks;
      this.warnings += warnings ? 1 : 0;
    }
    this.show();
  }

  refused(name: string, reason: string): void {
    this.failed++;
    if (this.failed > FAILURES_SHOWN_MAX) return;
    this.line.clear();
    mark(false, name, reason);
  }

  finish(): void {
    this.line.clear();
    const seconds = ((Date.now() - this.startedAt) / 1000).toFixed(1);
    if (this.failed > FAILURES_SHOWN_MAX) say(`  … and ${this.failed - FAILURES_SHOWN_MAX} more`);
    if (this.warnings > 0)
      say(`${this.warnings} documents hold passages that are longer than the model reads: those are found by their beginning alone.`);
    say(
      `Imported ${this.imported} documents with ${this.passages} passages in ${seconds} s; ${this.duplicates} were there already, ${this.failed} failed.`,
    );
  }

  private show(): void {
    this.line.show(() => {
      const done = this.imported + this.duplicates + this.failed;
      return `${done}${this.documents === null ? '' : ` of ${this.documents}`} documents, ${this.passages} passages`;
    });
  }
}
