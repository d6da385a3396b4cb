/** All faults that the harness knows: operations × calls × what goes wrong × what the disk then shows. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAMAGES, type Damage } from './durability-model.js';
import { faultOperations, type FaultOperation } from './fault-operations.js';
import { callsOf, runToItsEnd, runWithFault, startWithFault, type PlannedFault } from './fault-run.js';
import { FAULT_KINDS, NEEDS_ROOM, type Call, type FaultKind } from './faulty-disk.js';
import { lookAgain, type Prepared } from './sound-starts.js';
import { StorePromises } from './store-promises.js';
import { makeQuickFolder } from './temporary-folder.js';
import { writeStoreCases } from './write-store-cases.js';

export interface FaultCase {
  operation: string;
  kind: FaultKind;
  damage: Damage;
  name: string;
  /** @returns what was promised and is not so; null when the start made fewer calls than that */
  run: (random: () => number) => Promise<string[] | null>;
}

export type Stores = Record<FaultOperation['on'], Prepared>;

export async function faultCases(stores: Stores): Promise<FaultCase[]> {
  const cases: FaultCase[] = [];
  for (const operation of faultOperations) {
    const prepared = stores[operation.on];
    const calls = await callsOf(prepared, operation);
    for (const fault of faultsAt(calls))
      cases.push({
        ...fault,
        operation: operation.name,
        name: nameOf(operation.name, fault, calls[fault.call - 1]),
        run: (random) => runWithFault(prepared, operation, fault, random),
      });
    if (CRASHES_FIRST.includes(operation.name)) cases.push(...recoveryCases(prepared, operation, calls));
  }
  const writes = await writeStoreCases(stores.layered, (calls) => faultsOfCalls(calls));
  return [...cases, ...writes, ...firstStartCases()];
}

/** Whose crashes recovery is tried on, with a second fault in it. */
const CRASHES_FIRST = ['five writes at once', 'seal under writes', 'merge under writes'];
/** A start makes no more calls than that, but for rare ones. */
const START_CALLS = 14;

function* faultsAt(calls: readonly Call[]): Iterable<PlannedFault> {
  for (const [n, { kind }] of calls.entries())
    for (const faultKind of FAULT_KINDS) {
      if (faultKind === 'full' && !NEEDS_ROOM.includes(kind)) continue;
      for (const damage of DAMAGES) yield { kind: faultKind, call: n + 1, damage };
    }
}

const faultsOfStarts = (): Iterable<PlannedFault> => faultsOfCalls(START_CALLS);

function* faultsOfCalls(calls: number): Iterable<PlannedFault> {
  for (let call = 1; call <= calls; call++) for (const kind of FAULT_KINDS) for (const damage of DAMAGES) yield { kind, call, damage };
}

/** The power goes in the operation, and another fault comes in the start that follows; sometimes the newest manifest is damaged too. */
function recoveryCases(prepared: Prepared, operation: FaultOperation, calls: readonly Call[]): FaultCase[] {
  return [false, true].flatMap((isDamaged) =>
    [...faultsOfStarts()].map((second) => ({
      ...second,
      operation: isDamaged ? 'recovery with a damaged manifest' : 'recovery',
      name: nameOf(`recovery${isDamaged ? ' with a damaged manifest' : ''} from a crash in "${operation.name}"`, second),
      run: async (random: () => number) => {
        const [crashed, shown] = [makeQuickFolder(), makeQuickFolder()];
        const first: PlannedFault = { kind: 'cut', call: 1 + Math.floor(random() * calls.length), damage: 'torn' };
        const promises = await runToItsEnd(prepared, operation, first, random, crashed.path);
        if (isDamaged) flipNewestManifest(join(crashed.path, 'store'));
        return endOf({ dataDir: crashed.path, promises }, second, random, [crashed, shown]);
      },
    })),
  );
}

function firstStartCases(): FaultCase[] {
  return [...faultsOfStarts()].map((fault) => ({
    ...fault,
    operation: 'first start',
    name: nameOf('first start', fault),
    run: (random: () => number) => {
      const folders = [makeQuickFolder(), makeQuickFolder()];
      return endOf({ dataDir: folders[0].path, promises: new StorePromises() }, fault, random, folders);
    },
  }));
}

async function endOf(
  prepared: Prepared,
  fault: PlannedFault,
  random: () => number,
  folders: ReturnType<typeof makeQuickFolder>[],
): Promise<string[] | null> {
  const shown = folders[1].path;
  const came = await startWithFault(prepared, fault, random, shown);
  await lookAgain({ dataDir: shown, promises: prepared.promises });
  for (const folder of folders) folder.remove();
  return came || prepared.promises.broken.length > 0 ? prepared.promises.broken : null;
}

function flipNewestManifest(folder: string): void {
  const manifests = readdirSync(folder).filter((name) => /^manifest-\d+\.json$/.test(name));
  if (manifests.length < 2) return; // without an older one it is the journal alone, which may be trimmed
  const path = join(folder, manifests.sort().at(-1)!);
  const data = readFileSync(path);
  data[data.length >> 1] ^= 1;
  writeFileSync(path, data);
}

const nameOf = (operation: string, { kind, call, damage }: PlannedFault, at?: Call): string =>
  `${operation}: call ${call}${at ? ` (${at.kind} ${at.path.split('/').pop()})` : ''}, ${kind}, ${damage}`;
