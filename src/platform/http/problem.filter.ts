import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { discardRest } from './discard-rest.js';
import { InternalError } from './http.errors.js';
import { PROBLEM_TYPE, problemDocument } from './problem-document.js';
import { requestIdOf } from './request-log.js';
import { toProblem } from './to-problem.js';

/** Headers that spoke of an answer which is not sent now. */
const STALE_HEADERS = [
  'Content-Length',
  'Content-Encoding',
  'Content-Disposition',
  'Content-Range',
  'ETag',
  'Last-Modified',
  'Cache-Control',
];

/** The one place where an error becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    answerWithProblem(error, http.getRequest<Request>(), http.getResponse<Response>());
  }
}

export function answerWithProblem(error: unknown, request: Request, response: Response): void {
  const problem = toProblem(error, request);
  if (problem instanceof InternalError) {
    // the request's log line shows it, stack and all
    response.err = problem.cause instanceof Error ? problem.cause : new Error(String(problem.cause));
  } else if (problem.status >= 500) {
    response.err = problem;
  }
  if (response.headersSent) {
    // an answer that has begun can only be cut off: its reader must not take it for a whole one
    response.destroy();
    return;
  }
  for (const name of STALE_HEADERS) response.removeHeader(name);
  response.status(problem.status).set(problem.headers).set('Content-Type', PROBLEM_TYPE);
  response.send(Buffer.from(JSON.stringify(problemDocument(problem, requestIdOf(response)))));
  discardRest(request);
}
