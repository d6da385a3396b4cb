import { cpus } from 'node:os';
import type { BenchRow } from './bench-row.js';
import { benchConsistency } from './consistency.js';
import { benchDeleteDocument } from './delete-document.js';
import { benchExactSearch } from './exact-search.js';
import { benchIngestion } from './ingestion.js';
import { benchStart } from './start.js';
import { benchSync } from './sync-rows.js';
import { benchTextSearch } from './text-search.js';

/** In the order of the table; an argument picks those whose name contains it. */
const benches: [name: string, run: () => Promise<BenchRow[]>][] = [
  ['exact-search', benchExactSearch],
  ['ingestion', benchIngestion],
  ['text-search', benchTextSearch],
  ['delete-document', benchDeleteDocument],
  ['sync-rows', benchSync],
  ['consistency', benchConsistency],
  ['start', benchStart],
];

const wanted = process.argv[2] ?? '';
const chosen = benches.filter(([name]) => name.includes(wanted));
if (chosen.length === 0) {
  console.error(`No bench is called ${wanted}. There are: ${benches.map(([name]) => name).join(', ')}.`);
  process.exit(1);
}

console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}. Medians, with the range and number of the repeats.\n`);
console.log('| what | figure | beside it, in the same run | ratio |\n|---|---|---|---|');
for (const [name, run] of chosen) {
  try {
    for (const { what, value, yardstick, ratio } of await run()) console.log(`| ${what} | ${value} | ${yardstick} | ${ratio} |`);
  } catch (error) {
    console.error(`${name} could not be measured:`, error);
    process.exitCode = 1;
  }
}
