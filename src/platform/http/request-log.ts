import type { Request, RequestHandler, Response } from 'express';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pinoHttp } from 'pino-http';
import type { Logger } from '../logging/logger.js';

const SANE_REQUEST_ID = /^[\w.:/+=@-]{1,128}$/;

/**
 * Gives each request its id (the client's `X-Request-Id` when it is sane), sends it back, and logs a line when the request is
 * answered. Neither headers nor query strings are logged: they hold keys and what people search for.
 */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp<Request, Response>({
    logger,
    genReqId: (request, response) => takeRequestId(request, response),
    customLogLevel: (request, response, error) => levelOf(request, response, error),
    customSuccessMessage: (request, response) => `${request.method} ${request.path} ${response.statusCode}`,
    customErrorMessage: (request, response) => `${request.method} ${request.path} ${response.statusCode}`,
    wrapSerializers: false,
    quietReqLogger: true,
    customAttributeKeys: { reqId: 'requestId' },
    serializers: { req: () => undefined, res: () => undefined },
  });
}

/** As it stands in the answer's X-Request-Id. */
export function requestIdOf(response: ServerResponse): string {
  return response.getHeader('X-Request-Id') as string;
}

function takeRequestId(request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && SANE_REQUEST_ID.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', id);
  return id;
}

function levelOf(request: Request, response: Response, error: Error | undefined): 'error' | 'warn' | 'info' | 'debug' {
  if (request.path.startsWith('/health/')) return 'debug';
  if (response.statusCode === 500) return 'error';
  return response.statusCode > 500 || error !== undefined ? 'warn' : 'info';
}
