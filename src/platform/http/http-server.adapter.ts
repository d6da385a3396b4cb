import { ExpressAdapter } from '@nestjs/platform-express';
import type { Express } from 'express';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerClientError, answerUnreadableTarget } from './client-error.js';
import type { HttpTimeouts } from './http-timeouts.js';

/** Express on a server with our limits, which stops by finishing what it has begun. */
export class HttpServerAdapter extends ExpressAdapter {
  private stopped: Promise<void> | null = null;
  private readonly stopping = new AbortController();

  constructor(
    express: Express,
    private readonly timeouts: HttpTimeouts,
  ) {
    super(express);
  }

  /** Aborted when the server is to stop: what goes on for as long as a client likes has to come to its end then. */
  get stopSignal(): AbortSignal {
    return this.stopping.signal;
  }

  override initHttpServer(): void {
    const { headersMs, keepAliveMs, checkEveryMs } = this.timeouts;
    const answer: RequestListener = (request, response) => {
      const target = requestTarget(request.url ?? '');
      if (target === null) return answerUnreadableTarget(response);
      request.url = target;
      this.getInstance<Express>()(request, response);
    };
    const server = createServer(
      {
        headersTimeout: headersMs,
        // bodies have a limit of their own, on standing still
        requestTimeout: 0,
        keepAliveTimeout: keepAliveMs,
        connectionsCheckingInterval: checkEveryMs,
        // ours answers with a problem
        requireHostHeader: false,
        noDelay: true,
      },
      answer,
    );
    // an expectation that we do not know is none to meet; Node would answer 417 without a word
    server.on('checkExpectation', answer);
    const underWay = new WeakMap<object, ServerResponse>();
    server.prependListener('request', (request, response) => underWay.set(request.socket, response));
    server.on('clientError', (error, socket) => answerClientError(error, socket, underWay.get(socket), headersMs));
    this.setHttpServer(server);
  }

  /** Nest calls this before any module's hook, and awaits the promise that its type does not speak of: no request finds a module closed. */
  override beforeClose(): unknown {
    super.beforeClose();
    this.stopping.abort();
    return (this.stopped ??= this.stopServer(this.getHttpServer()));
  }

  override async close(): Promise<void> {
    await (this.beforeClose() as Promise<void>);
  }

  /** No new connections; those that are idle end now, those under way when they are answered, the last of them at the deadline. */
  private async stopServer(server: Server): Promise<void> {
    if (!server.listening) return;
    let closed = false;
    const done = new Promise<void>((resolve) => server.close(() => resolve())).then(() => void (closed = true));
    for (let waitedMs = 0; !closed && waitedMs < this.timeouts.drainMs; waitedMs += 25) {
      server.closeIdleConnections();
      await Promise.race([done, sleep(25)]);
    }
    server.closeAllConnections();
    await done;
  }
}

/** Path and query; a proxy's absolute form is cut down to them. Null for what Express could not route, nor answer with a problem. */
function requestTarget(url: string): string | null {
  if (url.startsWith('/') || url === '*') return url;
  if (!URL.canParse(url)) return null;
  const { pathname, search } = new URL(url);
  return pathname.startsWith('/') ? pathname + search : null;
}
