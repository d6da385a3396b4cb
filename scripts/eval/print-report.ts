import { bold, dim, say } from '../terminal.js';
import { meanOf, type Interval } from './bootstrap.js';
import type { QuestionResult } from './evaluate.js';
import type { EvaluationReport } from './evaluation-report.js';
import type { Mode } from './search-answer.js';

const NAME_WIDTH = 22;
const COLUMN_WIDTH = 24;
const MISSED_SHOWN_MAX = 20;
/** Whether the answer's page is among the first five passages. */
const PAGE_FOUND = 'page@5';

/** A row a measure, a column a mode, the 95 % interval beside each mean. */
export function printReport(report: EvaluationReport): void {
  const modes = Object.keys(report.modes) as Mode[];
  const summaries = Object.values(report.modes);
  say(`\n${bold(row('', modes))}`);
  for (const name of Object.keys(summaries[0].measures)) {
    say(
      row(
        name,
        summaries.map(({ measures }) => interval(measures[name])),
      ),
    );
  }
  say(
    row(
      'ms, p50 and p95',
      summaries.map(({ search_ms: { p50, p95 } }) => `${p50.toFixed(1)}  ${p95.toFixed(1)}`),
    ),
  );
  const { p50, p95 } = report.embedding_ms;
  say(dim(`  Beside it the embedding of a question takes ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)}.`));
  for (const mode of report.not_available) say(`  ${mode}: this version does not search in that mode.`);
  printKinds(report, modes);
  for (const mode of modes) printMissed(report, mode);
}

/** How many of each kind of question had their page among the first five. */
function printKinds({ questions }: EvaluationReport, modes: readonly Mode[]): void {
  const kinds = new Map<string, QuestionResult[]>();
  for (const question of questions) {
    if (question.kind !== null) kinds.set(question.kind, [...(kinds.get(question.kind) ?? []), question]);
  }
  if (kinds.size === 0) return;
  say(`\n${bold(row(`${PAGE_FOUND} by kind`, modes))}`);
  for (const [kind, those] of kinds) {
    const shares = modes.map((mode) => {
      const values = those.flatMap(({ modes: { [mode]: finding } }) => finding?.measures[PAGE_FOUND] ?? []);
      return values.length === 0 ? '–' : `${meanOf(values).toFixed(3)} of ${values.length}`;
    });
    say(row(kind, shares));
  }
}

/** Questions with a known page whose answer was not among the first five. */
function printMissed({ questions }: EvaluationReport, mode: Mode): void {
  const missed = questions.filter(({ modes }) => modes[mode]?.measures[PAGE_FOUND] === 0);
  if (missed.length === 0) return;
  say(`\n  ${bold(`Not among the first five with mode ${mode}: ${missed.length}`)}`);
  for (const { id, question, expected, modes } of missed.slice(0, MISSED_SHOWN_MAX)) {
    say(`    ${id}: ${question}`);
    say(dim(`      stands in ${expected}; first found ${modes[mode]?.found.at(0) ?? 'nothing'}`));
  }
  if (missed.length > MISSED_SHOWN_MAX) say(`    … and ${missed.length - MISSED_SHOWN_MAX} more, in the file of --json`);
}

function row(name: string, cells: readonly string[]): string {
  return `  ${name.padEnd(NAME_WIDTH)}${cells.map((cell) => cell.padEnd(COLUMN_WIDTH)).join('')}`.trimEnd();
}

function interval({ mean, low, high }: Interval): string {
  return `${mean.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}
