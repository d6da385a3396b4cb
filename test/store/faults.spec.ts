import { crc32 } from 'node:zlib';
import { faultCases, type Stores } from '../support/fault-cases.js';
import { FaultTable } from '../support/fault-table.js';
import { randomFrom } from '../support/promises.js';
import { freezeTime, prepareStore } from '../support/sound-starts.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** HVS_FAULTS=all by hand tries every one; HVS_FAULT=text those whose name holds it. The seed decides the sample, and what is torn. */
const seed = Number(process.env.HVS_SEED ?? Date.now() % 1_000_000);
const count = process.env.HVS_FAULTS === 'all' ? Infinity : Number(process.env.HVS_FAULTS ?? 250);
const only = process.env.HVS_FAULT ?? '';

it('keeps every promise when any call to the disk fails once, fails for ever, finds no room, or is the last (HVS_FAULTS)', async () => {
  freezeTime();
  const stores: Stores = {
    filled: await prepareStore('filled', temporaryFolder('filled')),
    layered: await prepareStore('layered', temporaryFolder('layered')),
  };
  expect([...stores.filled.promises.broken, ...stores.layered.promises.broken]).toEqual([]);
  const all = (await faultCases(stores)).filter(({ name }) => name.includes(only));
  const sample = count >= all.length ? all : shuffled(all, randomFrom(seed)).slice(0, count);
  const table = new FaultTable();
  const broken: string[] = [];
  for (const { operation, kind, damage, name, run } of sample) {
    // of each case the same, whatever the sample
    const found = await run(randomFrom(crc32(name) ^ seed));
    if (found === null) continue;
    table.add(operation, kind, damage, found.length > 0);
    if (found.length > 0) broken.push(`${name}: ${found.join('; ')}`);
  }
  process.stderr.write(`${table.total} of ${all.length} faults, HVS_SEED=${seed}\n`);
  if (count === Infinity) process.stderr.write(`${table.toString()}\n`);
  expect(broken).toEqual([]);
}, 3_600_000);

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let n = result.length - 1; n > 0; n--) {
    const other = Math.floor(random() * (n + 1));
    [result[n], result[other]] = [result[other], result[n]];
  }
  return result;
}
