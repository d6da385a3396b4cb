/**
 * Loaded into the server's process before its own code: measures how late its event loop is, and tells over the process's
 * channel. The main thread of the server alone: threads and children load it too, and leave it.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const resolutionMs = 1;

export interface LoopDelay {
  /** Milliseconds beyond the moment at which a timer was due. */
  p50: number;
  p99: number;
  most: number;
}

if (isMainThread && process.send !== undefined && process.argv[1]?.endsWith('/src/main.js')) {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  // what is recorded is the time from one firing to the next
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolutionMs);
  process.on('message', (message) => {
    if (message === 'begin') histogram.reset();
    if (message !== 'end') return;
    const delay: LoopDelay = { p50: late(histogram.percentile(50)), p99: late(histogram.percentile(99)), most: late(histogram.max) };
    process.send?.(delay);
  });
  // it must not keep the process alive
  process.channel?.unref();
}
