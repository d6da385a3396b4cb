import { workerData } from 'node:worker_threads';

/** Ends the building process when its parent has died: the main thread may be in native code for long. */
const { parentId } = workerData as { parentId: number };
const parentCheckMs = 500;

setInterval(() => {
  if (process.ppid !== parentId) process.kill(process.pid, 'SIGKILL');
}, parentCheckMs);
