import type { Request } from 'express';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { BodyCutOffError, BodyTooLargeError, MalformedRequestError, UnsupportedMediaTypeError } from './http.errors.js';

const unzip = promisify(gunzip);

export function hasBody(request: Request): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}

/** The whole body, unpacked. Rejects as soon as it is known to be too large, with the rest unread and the socket open. */
export async function readBody(request: Request, bytesMax: number): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new UnsupportedMediaTypeError(`The body has the content encoding ${encoding.slice(0, 50)}`, 'identity and gzip');
  }
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw new BodyTooLargeError(bytesMax);
  const body = await collect(request, bytesMax);
  return encoding === 'gzip' ? unpack(body, bytesMax) : body;
}

function collect(request: Request, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (settled: () => void): void => {
      request.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      settled();
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= bytesMax) return;
      request.pause();
      settle(() => reject(new BodyTooLargeError(bytesMax)));
    };
    const onEnd = (): void => settle(() => resolve(Buffer.concat(chunks)));
    const onError = (error: Error): void => settle(() => reject(new BodyCutOffError(error)));
    const onClose = (): void => settle(() => reject(new BodyCutOffError()));
    if (request.destroyed) return void reject(new BodyCutOffError());
    request.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
}

async function unpack(body: Buffer, bytesMax: number): Promise<Buffer> {
  try {
    return await unzip(body, { maxOutputLength: bytesMax });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLargeError(bytesMax);
    throw new MalformedRequestError('The body says that it is gzip, and does not unpack');
  }
}
