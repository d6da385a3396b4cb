import { cpus, totalmem } from 'node:os';
import type { BenchRow } from './bench-row.js';
import { benchConsistency } from './consistency.js';
import { benchDeleteDocument } from './delete-document.js';
import { benchEventLoop } from './event-loop.js';
import { benchExactSearch } from './exact-search.js';
import { benchHnswParameters } from './hnsw-parameters.js';
import { benchFilters } from './filters.js';
import { benchIngestion } from './ingestion.js';
import { cleanUpWhenInterrupted } from './interruption.js';
import { benchRebuild } from './rebuild.js';
import { progress } from './report.js';
import { benchScale } from './scale.js';
import { benchStart } from './start.js';
import { benchSync } from './sync-rows.js';
import { benchTextSearch } from './text-search.js';
import { benchTransfer } from './transfer.js';

type RowBench = [name: string, run: () => Promise<BenchRow[]>];

/** In the order of the table; an argument picks those whose name contains it. */
const benches: RowBench[] = [
  ['exact-search', benchExactSearch],
  ['ingestion', benchIngestion],
  ['text-search', benchTextSearch],
  ['delete-document', benchDeleteDocument],
  ['sync-rows', benchSync],
  ['start', benchStart],
  ['filters', benchFilters],
];

/** These take longer and print tables of their own: they run when they are named. */
const longBenches: [name: string, run: () => Promise<void>][] = [
  ['hnsw-parameters', benchHnswParameters],
  ['event-loop', benchEventLoop],
  ['consistency', () => printRows([['consistency', benchConsistency]])],
  ['transfer', benchTransfer],
  ['rebuild', benchRebuild],
  ['scale', benchScale],
];

cleanUpWhenInterrupted();
const wanted = process.argv[2] ?? '';
const chosen = benches.filter(([name]) => name.includes(wanted));
const chosenLong = wanted === '' ? [] : longBenches.filter(([name]) => name.includes(wanted));
if (chosen.length + chosenLong.length === 0) {
  console.error(`No bench is called ${wanted}. There are: ${[...benches, ...longBenches].map(([name]) => name).join(', ')}.`);
  process.exit(1);
}

const memory = `${Math.round(totalmem() / 2 ** 30)} GiB of memory`;
console.log(
  `${cpus()[0].model}, ${cpus().length} cores, ${memory}, Node ${process.version}. Medians, with the range and number of the repeats.`,
);
if (chosen.length > 0) await printRows(chosen);
for (const [name, run] of chosenLong) await measured(name, run);

async function printRows(rowBenches: RowBench[]): Promise<void> {
  console.log('\n| what | figure | beside it, in the same run | ratio |\n|---|---|---|---|');
  for (const [name, run] of rowBenches) {
    await measured(name, async () => {
      for (const { what, value, yardstick, ratio } of await run()) console.log(`| ${what} | ${value} | ${yardstick} | ${ratio} |`);
    });
  }
}

async function measured(name: string, run: () => Promise<void>): Promise<void> {
  progress(name);
  try {
    await run();
  } catch (error) {
    console.error(`${name} could not be measured:`, error);
    process.exitCode = 1;
  }
}
