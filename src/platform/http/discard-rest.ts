import type { Request } from 'express';

const DISCARD_TIMEOUT_MS = 10_000;
const DISCARD_BYTES_MAX = 64 * 1024 * 1024;

/**
 * A request that is answered before its body was read: most clients look for the answer only when they have sent it all, and
 * closing at once would take the answer from them. So the rest is thrown away, for a while, and then the connection is closed.
 */
export function discardRest(request: Request): void {
  if (request.complete || request.destroyed) return;
  let bytes = 0;
  const close = (): void => void request.socket.destroy();
  const timer = setTimeout(close, DISCARD_TIMEOUT_MS);
  timer.unref();
  request.unpipe();
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DISCARD_BYTES_MAX) close();
  });
  request.on('error', () => clearTimeout(timer));
  request.on('close', () => clearTimeout(timer));
  request.resume();
}
