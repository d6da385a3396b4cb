import type { IncomingMessage } from 'node:http';

/** The body ended before it was whole: the client is gone. */
export class BodyLost extends Error {
  override name = 'BodyLost';
}

/**
 * A request's body piece by piece, read no faster than it is asked for. Ends early, with the connection as it is, when `stop`
 * is aborted: an answer can still be sent. Throws BodyLost when the client goes before all of it came.
 */
export async function* bodyPieces(request: IncomingMessage, stop: AbortSignal): AsyncGenerator<Buffer> {
  let wake = (): void => undefined;
  const onChange = (): void => wake();
  const events = ['readable', 'end', 'error', 'close'] as const;
  for (const event of events) request.on(event, onChange);
  stop.addEventListener('abort', onChange);
  try {
    while (!stop.aborted) {
      const changed = new Promise<void>((resolve) => (wake = resolve));
      const piece = request.read() as Buffer | null;
      if (piece !== null) yield piece;
      else if (request.readableEnded) return;
      else if (request.destroyed) throw new BodyLost('The client went before the body was whole');
      else await changed;
    }
  } finally {
    for (const event of events) request.off(event, onChange);
    stop.removeEventListener('abort', onChange);
    // An error that comes later still wants a listener.
    request.on('error', () => undefined);
  }
}
