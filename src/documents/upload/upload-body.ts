import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { UploadCutOffError, UploadTooLargeError } from '../documents.errors.js';

/** Boundaries, headers and fields around the file. */
export const FORM_OVERHEAD_BYTES_MAX = 1024 * 1024;
/** What is still read of a refused upload, so that its sender gets to see the answer, and for how long. */
const LINGER_BYTES_MAX = 4 * 1024 * 1024;
const LINGER_MS = 5_000;

/**
 * The request's body as multer gets to see it. Multer reads a refused upload to its end before it says so; a body of our
 * own can be answered at once, and the connection closed on who goes on sending.
 */
export class UploadBody extends PassThrough {
  readonly headers: IncomingHttpHeaders;

  constructor(request: IncomingMessage, fileBytesMax: number) {
    super();
    // Destroyed with an error it would end the process without a listener; multer hears of it as well.
    this.on('error', () => undefined);
    this.headers = request.headers;
    // Multer waits for the end of a readable body only.
    Object.defineProperty(this, 'readable', { value: false });
    let left = fileBytesMax + FORM_OVERHEAD_BYTES_MAX;
    request.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) this.destroy(new UploadTooLargeError(fileBytesMax));
    });
    request.once('error', (error) => this.destroy(new UploadCutOffError(error)));
    request.once('close', () => {
      if (!request.readableEnded) this.destroy(new UploadCutOffError());
    });
    request.pipe(this);
  }
}

/**
 * Lets a refused upload's rest run into nothing once the answer is written: a connection that is closed with unread bytes
 * is reset, and the answer lost. Beyond the budget it is closed all the same.
 */
export function discardRest(request: IncomingMessage, response: ServerResponse): void {
  request.unpipe();
  request.removeAllListeners('data');
  request.pause();
  response.once('finish', () => {
    if (request.readableEnded || request.destroyed) return;
    let left = LINGER_BYTES_MAX;
    const timer = setTimeout(() => request.destroy(), LINGER_MS);
    request.once('close', () => clearTimeout(timer));
    request.once('end', () => clearTimeout(timer));
    request.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) request.destroy();
    });
    request.resume();
  });
}
