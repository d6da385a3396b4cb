import { bold, dim, say } from '../terminal.js';
import type { Comparison, QuestionChange } from './compare.js';

/** @param changesMax of the questions that got better, and of those that got worse */
export function printComparison({ title, questions, measures, better, worse }: Comparison, changesMax: number): void {
  const same = questions - better.length - worse.length;
  say(`\n${bold(title)}: ${questions} questions in common, ${better.length} better, ${worse.length} worse, ${same} the same`);
  for (const [name, { before, after, difference }] of Object.entries(measures)) {
    const { mean, low, high } = difference;
    say(`  ${name.padEnd(14)}${before.toFixed(3)} → ${after.toFixed(3)}   ${signed(mean)} (${signed(low)} to ${signed(high)})`);
  }
  printChanges('Better', better, changesMax);
  printChanges('Worse', worse, changesMax);
}

function printChanges(title: string, changes: readonly QuestionChange[], changesMax: number): void {
  if (changes.length === 0) return;
  say(`\n  ${bold(title)}`);
  for (const { id, question, before, after, difference } of changes.slice(0, changesMax)) {
    say(`    ${signed(difference)}  rank ${before.rank ?? '–'} → ${after.rank ?? '–'}  ${id}: ${question}`);
    const [was, is] = [before.found.at(0) ?? 'nothing', after.found.at(0) ?? 'nothing'];
    if (was !== is) say(dim(`            first ${was} → ${is}`));
  }
  if (changes.length > changesMax) say(`    … and ${changes.length - changesMax} more: --limit shows as many as it says`);
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
}
