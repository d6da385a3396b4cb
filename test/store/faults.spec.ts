import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DAMAGES } from '../support/durability-model.js';
import { faultOperations } from '../support/fault-operations.js';
import { callsOf, freezeTime, prepareStore, runWithFault, type PlannedFault } from '../support/fault-run.js';
import { FAULT_KINDS, NEEDS_ROOM } from '../support/faulty-disk.js';
import { randomFrom } from '../support/promises.js';
import { temporaryFolder } from '../support/temporary-folder.js';

it('try', async () => {
  freezeTime();
  const stores = { filled: await prepareStore('filled', temporaryFolder('filled')), layered: await prepareStore('layered', temporaryFolder('layered')) };
  expect(stores.filled.promises.broken).toEqual([]);
  expect(stores.layered.promises.broken).toEqual([]);
  process.stderr.write(readdirSync(join(stores.layered.dataDir, 'store')).join(' ') + '\n');
  const only = process.env.HVS_ONLY;
  const bad: string[] = [];
  let runs = 0;
  for (const operation of faultOperations) {
    if (only && !operation.name.includes(only)) continue;
    const prepared = stores[operation.on];
    const calls = await callsOf(prepared, operation);
    process.stderr.write(`${operation.name}: ${calls.length}\n`);
    for (const [n, call] of calls.entries())
      for (const kind of FAULT_KINDS.filter((k) => !process.env.HVS_KIND || k === process.env.HVS_KIND))
        for (const damage of kind === 'full' && !NEEDS_ROOM.includes(call.kind) ? [] : DAMAGES) {
          const fault: PlannedFault = { kind, call: n + 1, damage };
          runs++;
          const { broken } = await runWithFault(prepared, operation, fault, randomFrom(n));
          if (broken.length) bad.push(`${operation.name} ${kind} ${damage} ${call.kind} ${call.path.split('/').pop()}: ${broken.join(' ; ').slice(0, 600)}`);
        }
  }
  process.stderr.write(`${runs} runs, ${bad.length} bad\n${bad.slice(0, 40).join('\n')}\n`);
}, 600_000);
