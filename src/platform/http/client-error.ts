import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Problem } from '../errors/problem.js';
import { BodyCutOffError, MalformedRequestError, MalformedUrlError, RequestTimeoutError } from './http.errors.js';
import { PROBLEM_TYPE, problemDocument } from './problem-document.js';

/**
 * Answers what Node's parser could not read as HTTP, so that no application ever saw it.
 * @param underWay the answer to the request before it on this connection, when there is one
 */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  underWay: ServerResponse | undefined,
  headersMs: number,
): void {
  const answering = underWay !== undefined && underWay.headersSent && !underWay.writableEnded;
  if (error.code === 'ECONNRESET' || !socket.writable || answering) {
    socket.destroy();
    return;
  }
  const requestId =
    underWay !== undefined && !underWay.headersSent ? String(underWay.getHeader('X-Request-Id') ?? randomUUID()) : randomUUID();
  socket.end(rawAnswer(toProblem(error, headersMs), requestId), () => socket.destroy());
}

export function answerUnreadableTarget(response: ServerResponse): void {
  const requestId = randomUUID();
  const problem = new MalformedUrlError('The request target is neither a path nor an absolute URL');
  const body = Buffer.from(JSON.stringify(problemDocument(problem, requestId)));
  const headers = { 'Content-Type': PROBLEM_TYPE, 'Content-Length': body.length, 'X-Request-Id': requestId, Connection: 'close' };
  response.writeHead(problem.status, headers).end(body);
}

function toProblem(error: NodeJS.ErrnoException, headersMs: number): Problem {
  if (error.code === 'HPE_HEADER_OVERFLOW') return new MalformedRequestError('The headers are larger than 16 KiB', 431);
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new RequestTimeoutError(Math.round(headersMs / 1000));
  if (error.code === 'HPE_INVALID_EOF_STATE') return new BodyCutOffError(error);
  return new MalformedRequestError(`The request does not parse as HTTP (${error.code ?? error.message})`);
}

function rawAnswer(problem: Problem, requestId: string): string {
  const body = JSON.stringify(problemDocument(problem, requestId));
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
