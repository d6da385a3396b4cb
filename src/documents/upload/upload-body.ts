import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Transform, type TransformCallback } from 'node:stream';
import { UploadCutOffError, UploadTooLargeError } from '../documents.errors.js';

/** Boundaries, headers and fields around the file. */
export const FORM_OVERHEAD_BYTES_MAX = 1024 * 1024;

/**
 * The request's body as multer gets to see it. Multer reads a refused upload to its end before it says so; a body of our
 * own can be answered at once. One that is cut off, or goes on beyond all that a form may hold, ends with a problem.
 */
export class UploadBody extends Transform {
  readonly headers: IncomingHttpHeaders;
  private bytesLeft: number;

  constructor(
    private readonly request: IncomingMessage,
    private readonly fileBytesMax: number,
  ) {
    super();
    this.headers = request.headers;
    this.bytesLeft = fileBytesMax + FORM_OVERHEAD_BYTES_MAX;
    // Destroyed with an error it would end the process without a listener; multer hears of it as well.
    this.on('error', () => undefined);
    // Multer waits for the end of a readable body only.
    Object.defineProperty(this, 'readable', { value: false });
    request.once('error', (error) => this.destroy(new UploadCutOffError(error)));
    request.once('close', () => {
      if (!request.readableEnded) this.destroy(new UploadCutOffError());
    });
    request.pipe(this);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    this.bytesLeft -= chunk.length;
    if (this.bytesLeft < 0) callback(new UploadTooLargeError(this.fileBytesMax));
    else callback(null, chunk);
  }

  /** Leaves the rest of the request where it is, for who answers it. */
  abandon(): void {
    this.request.unpipe(this);
    this.destroy();
  }
}
