import { connect } from 'node:net';

/** Sends bytes as they are and answers what came back until the server closed, or nothing came for `quietMs`. */
export function sendRaw(port: number, bytes: string | Buffer, options: { quietMs?: number; end?: boolean } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.setTimeout(options.quietMs ?? 1_000, () => socket.destroy());
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.write(bytes);
    if (options.end === true) socket.end();
  });
}

/** Status and problem of a raw answer. */
export function parseRaw(answer: string): { status: number; headers: string; body: Record<string, unknown> } {
  const [headers, body = ''] = answer.split('\r\n\r\n');
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(headers)?.[1]),
    headers,
    body: (body === '' ? {} : JSON.parse(body)) as Record<string, unknown>,
  };
}
