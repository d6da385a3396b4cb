import { StopError } from '../../src/platform/index.js';
import { bootstrap, meanOf, type Interval } from './bootstrap.js';
import type { Finding } from './evaluate.js';
import { readReport, type EvaluationReport } from './evaluation-report.js';
import { MODES, type Mode } from './search-answer.js';

/** One side of a comparison. */
export interface ComparedSide {
  path: string;
  /** Null: each mode with the same of the other side. */
  mode: Mode | null;
}

export interface QuestionChange {
  id: string;
  question: string;
  before: Finding;
  after: Finding;
  /** Of nDCG@10; 0 when only the rank of the first right document changed. */
  difference: number;
}

export interface Comparison {
  /** `vector`, or `vector → hybrid`. */
  title: string;
  questions: number;
  /** By measure: both means, and the mean difference with its 95 % interval over the questions (paired bootstrap). */
  measures: Record<string, { before: number; after: number; difference: Interval }>;
  /** The greatest change first. */
  better: QuestionChange[];
  worse: QuestionChange[];
}

/** `report.json`, or `report.json:vector` for one mode of it. */
export function comparedSide(text: string): ComparedSide {
  const mode = MODES.find((name) => text.endsWith(`:${name}`)) ?? null;
  return { path: mode === null ? text : text.slice(0, -mode.length - 1), mode };
}

/** Throws a line when the two have nothing in common that could be compared. */
export function compareFiles(before: ComparedSide, after: ComparedSide, modes: readonly Mode[]): Comparison[] {
  if ((before.mode === null) !== (after.mode === null))
    throw new StopError('Name a mode behind both files, or behind none: a.json:vector b.json:hybrid.');
  const [a, b] = [readReport(before.path), readReport(after.path)];
  if (before.mode !== null && after.mode !== null)
    return [compareModes(a, b, before.mode, after.mode) ?? nothingInCommon(before.path, after.path)];
  const compared = modes.flatMap((mode) => compareModes(a, b, mode, mode) ?? []);
  return compared.length > 0 ? compared : nothingInCommon(before.path, after.path);
}

function nothingInCommon(before: string, after: string): never {
  throw new StopError(`${before} and ${after} have no question in common that was asked in the same mode: there is nothing to compare.`);
}

/** By the questions that both have, with the same words. Null when there is none. */
export function compareModes(
  before: Pick<EvaluationReport, 'questions'>,
  after: Pick<EvaluationReport, 'questions'>,
  modeBefore: Mode,
  modeAfter: Mode,
): Comparison | null {
  const others = new Map(after.questions.map((question) => [question.id, question]));
  const changes = before.questions.flatMap(({ id, question, modes }): QuestionChange[] => {
    const other = others.get(id);
    const [was, is] = [modes[modeBefore], other?.modes[modeAfter]];
    if (!was || !is || other?.question !== question) return [];
    return [{ id, question, before: was, after: is, difference: is.measures['nDCG@10'] - was.measures['nDCG@10'] }];
  });
  if (changes.length === 0) return null;
  const better = changes.filter((change) => direction(change) > 0).sort((x, y) => y.difference - x.difference);
  const worse = changes.filter((change) => direction(change) < 0).sort((x, y) => x.difference - y.difference);
  const title = modeBefore === modeAfter ? modeBefore : `${modeBefore} → ${modeAfter}`;
  return { title, questions: changes.length, measures: measuresOf(changes), better, worse };
}

function measuresOf(changes: readonly QuestionChange[]): Comparison['measures'] {
  const measures: Comparison['measures'] = {};
  for (const name of new Set(changes.flatMap(({ before }) => Object.keys(before.measures)))) {
    const pairs = changes
      .map(({ before, after }) => [before.measures[name], after.measures[name]])
      .filter((pair) => pair.every((value) => value !== undefined));
    if (pairs.length === 0) continue;
    measures[name] = {
      before: meanOf(pairs.map(([was]) => was)),
      after: meanOf(pairs.map(([, is]) => is)),
      difference: bootstrap(pairs.map(([was, is]) => is - was)),
    };
  }
  return measures;
}

/** Above 0 when it got better: by nDCG@10, and where that is the same by the rank of the first right document. */
function direction({ before, after, difference }: QuestionChange): number {
  return difference !== 0 ? difference : (before.rank ?? Infinity) === (after.rank ?? Infinity) ? 0 : rankOf(before) - rankOf(after);
}

function rankOf({ rank }: Finding): number {
  return rank ?? Number.MAX_SAFE_INTEGER;
}
