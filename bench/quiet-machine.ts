import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

const lookMs = 500;
const looksInARow = 3;
const waitMsMax = 60_000;
/** Share of the processors' time. */
const busyMax = 0.1;

/** Waits until the processors have next to nothing to do, for a minute at most: what runs on after a fill is not what is measured. */
export async function quietMachine(): Promise<void> {
  let quietLooks = 0;
  let before = processorTimes();
  for (let waited = 0; waited < waitMsMax && quietLooks < looksInARow; waited += lookMs) {
    await pause(lookMs);
    const now = processorTimes();
    const busy = (now.busy - before.busy) / (now.all - before.all);
    quietLooks = busy <= busyMax ? quietLooks + 1 : 0;
    before = now;
  }
}

function processorTimes(): { busy: number; all: number } {
  let [busy, all] = [0, 0];
  for (const { times } of cpus()) {
    const total = times.user + times.nice + times.sys + times.irq + times.idle;
    all += total;
    busy += total - times.idle;
  }
  return { busy, all };
}
