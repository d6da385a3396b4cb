import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { StopError } from '../../src/platform/index.js';
import { bootstrap, quantile, type Interval } from './bootstrap.js';
import type { QuestionResult } from './evaluate.js';
import { MODES, type Mode } from './search-answer.js';

const FORMAT = 'hybrid-vector-storage evaluation 1';

export interface ModeSummary {
  /** By the measure's name: mean over the questions that have it, with its 95 % interval. */
  measures: Record<string, Interval>;
  /** Milliseconds in the service for one question, without its embedding. */
  search_ms: { p50: number; p95: number };
}

/** What `--json` writes and `--compare` reads. */
export interface EvaluationReport {
  format: string;
  made_at: string;
  collection: string;
  /** Those that were brought in for it; null when the instance had them before. */
  documents: number | null;
  chunks: number | null;
  /** Settings of the service that were not its defaults. */
  settings: Record<string, string>;
  modes: Partial<Record<Mode, ModeSummary>>;
  /** Modes that were asked for, and that this version does not have. */
  not_available: Mode[];
  embedding_ms: { p50: number; p95: number };
  questions: QuestionResult[];
}

export function makeReport(
  about: Pick<EvaluationReport, 'collection' | 'documents' | 'chunks' | 'settings'>,
  questions: QuestionResult[],
  refused: Mode[],
): EvaluationReport {
  const modes: EvaluationReport['modes'] = {};
  for (const mode of MODES) {
    const findings = questions.flatMap(({ modes: { [mode]: finding } }) => finding ?? []);
    if (findings.length === 0) continue;
    const names = new Set(findings.flatMap(({ measures }) => Object.keys(measures)));
    const measures = [...names].map((name) => [name, bootstrap(findings.flatMap((finding) => finding.measures[name] ?? []))]);
    modes[mode] = {
      measures: Object.fromEntries(measures) as Record<string, Interval>,
      search_ms: percentiles(findings.map(({ search_ms: ms }) => ms)),
    };
  }
  return {
    format: FORMAT,
    made_at: new Date().toISOString(),
    ...about,
    modes,
    not_available: refused,
    embedding_ms: percentiles(questions.map(({ embedding_ms: ms }) => ms)),
    questions,
  };
}

export async function writeReport(path: string, report: EvaluationReport): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(report, null, 1)}\n`);
  } catch (error) {
    throw new StopError(`${path} cannot be written: ${(error as Error).message}.`);
  }
}

/** Throws a line when the file is no report. */
export function readReport(path: string): EvaluationReport {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new StopError(`${path} cannot be read: ${(error as Error).message}.`);
  }
  let report: Partial<EvaluationReport> | null;
  try {
    report = JSON.parse(text) as Partial<EvaluationReport> | null;
  } catch {
    throw new StopError(`${path} is no JSON: give what "npm run eval -- --json ${path}" writes.`);
  }
  if (report?.format !== FORMAT || !Array.isArray(report.questions))
    throw new StopError(`${path} is no evaluation of this version: give what "npm run eval -- --json ${path}" writes.`);
  return report as EvaluationReport;
}

function percentiles(values: readonly number[]): { p50: number; p95: number } {
  const sorted = Float64Array.from(values).sort();
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}
