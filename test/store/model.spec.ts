import fc from 'fast-check';
import { merging } from '../support/fault-operations.js';
import { storeCommands, type Model } from '../support/store-commands.js';
import { StoreLife } from '../support/store-life.js';

/** HVS_MODEL_RUNS=1000 by hand; the seed is printed and replays. */
const numRuns = Number(process.env.HVS_MODEL_RUNS ?? 40);
const seed = Number(process.env.HVS_SEED ?? Date.now() % 1_000_000);

it(`shows what a plain map would, whatever is done to it and wherever the power goes, in ${numRuns} lives (HVS_MODEL_RUNS)`, async () => {
  let [commands, cuts] = [0, 0];
  await fc.assert(
    fc.asyncProperty(storeCommands(60), fc.constantFrom(1, Infinity), async (steps, journalBytesMax) => {
      const life = await StoreLife.begin(() => ({ ...merging(), journalBytesMax }));
      try {
        const model: Model = new Map();
        await fc.asyncModelRun(() => ({ model, real: life }), steps);
        await life.check();
        await life.cut('dropped', seed);
        commands += [...steps].length;
        cuts += life.cuts;
      } finally {
        await life.end();
      }
    }),
    { numRuns, seed },
  );
  process.stderr.write(`model: HVS_SEED=${seed}, ${numRuns} lives, ${commands} commands, ${cuts} cuts\n`);
}, 3_600_000);
