import { workerData } from 'node:worker_threads';

/**
 * Ends the reading process when its parent has died. The main thread hears of that too, but not while it parses; and a file may
 * keep it parsing for ever.
 */
const { parentId } = workerData as { parentId: number };
const parentCheckMs = 500;

setInterval(() => {
  if (process.ppid !== parentId) process.kill(process.pid, 'SIGKILL');
}, parentCheckMs);
