/**
 * The leanest client that speaks HTTP/1.1: requests are bytes made beforehand, one socket is kept for all, and of the
 * answer only what frames it is read. On two cores, what the client costs is taken from the server.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const headerEnd = Buffer.from('\r\n\r\n');

export interface SocketAnswer {
  status: number;
  body: Buffer;
}

export class SocketClient {
  private received: Buffer[] = [];
  private receivedBytes = 0;
  /** Bytes of the whole answer, known once its header is there. */
  private expectedBytes = Infinity;
  private bodyStart = 0;
  private waiting: { resolve: (answer: SocketAnswer) => void; reject: (error: Error) => void } | null = null;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.receive(bytes));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('The server closed the connection in the middle of a measurement')));
  }

  /** @param url `http://127.0.0.1:<port>` */
  static async open(url: string): Promise<SocketClient> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new SocketClient(socket);
  }

  /** One at a time. */
  send(request: Buffer): Promise<SocketAnswer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.removeAllListeners('close');
    this.socket.destroy();
  }

  private receive(bytes: Buffer): void {
    this.received.push(bytes);
    this.receivedBytes += bytes.length;
    if (this.expectedBytes === Infinity) this.readHeader();
    if (this.receivedBytes < this.expectedBytes) return;
    const answer = this.whole();
    const { waiting } = this;
    [this.received, this.receivedBytes, this.expectedBytes, this.waiting] = [[], 0, Infinity, null];
    waiting?.resolve({ status: Number(answer.toString('latin1', 9, 12)), body: answer.subarray(this.bodyStart) });
  }

  private readHeader(): void {
    const answer = this.whole();
    const end = answer.indexOf(headerEnd);
    if (end < 0) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(answer.toString('latin1', 0, end));
    if (!length) return this.fail(new Error('An answer came without a Content-Length'));
    this.bodyStart = end + headerEnd.length;
    this.expectedBytes = this.bodyStart + Number(length[1]);
  }

  private whole(): Buffer {
    if (this.received.length > 1) this.received = [Buffer.concat(this.received)];
    return this.received[0];
  }

  private fail(error: Error): void {
    this.waiting?.reject(error);
    this.waiting = null;
  }
}

export function getRequest(url: string, path: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`);
}

export function postRequest(url: string, path: string, body: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(body));
  const header = `POST ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(header), json]);
}

/** A vector as JSON: nine digits are enough to give each float back. */
export const vectorJson = (vector: Float32Array): number[] => Array.from(vector, (value) => Number(value.toPrecision(9)));
