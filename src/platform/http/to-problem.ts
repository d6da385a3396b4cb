import { HttpException, NotFoundException } from '@nestjs/common';
import type { Request } from 'express';
import { STATUS_CODES } from 'node:http';
import { Problem } from '../errors/problem.js';
import { FileError } from '../files/file.errors.js';
import { allowedMethods } from './allowed-methods.js';
import {
  BodyCutOffError,
  BodyTooLargeError,
  DiskFullError,
  InternalError,
  MalformedJsonError,
  MalformedUrlError,
  MethodNotAllowedError,
  RouteNotFoundError,
  UnsupportedMediaTypeError,
} from './http.errors.js';

/** Every error as the problem that its client gets. What nobody foresaw keeps its words to the log. */
export function toProblem(error: unknown, request: Request): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HttpException) return fromHttpException(error, request);
  if (error instanceof URIError) return new MalformedUrlError('The path is not valid percent-encoded UTF-8', error);
  if (error instanceof FileError && error.isOutOfSpace) return new DiskFullError(error);
  return fromMultipart(error) ?? new InternalError(error);
}

function fromHttpException(exception: HttpException, request: Request): Problem {
  const cause = exception.cause;
  if (cause instanceof Problem) return cause;
  if (cause instanceof URIError) return new MalformedUrlError('The path is not valid percent-encoded UTF-8', exception);
  if (isRouterMiss(exception, request)) return routerMiss(request);
  return fromMultipart(cause) ?? fromParser(cause) ?? fromStatus(exception);
}

/** Nest answers a path that no route took with this; a handler's own NotFoundException comes from a route. */
function isRouterMiss(exception: HttpException, request: Request): boolean {
  return exception instanceof NotFoundException && request.route === undefined;
}

function routerMiss(request: Request): Problem {
  const allowed = allowedMethods(request);
  return allowed.length > 0
    ? new MethodNotAllowedError(request.method, request.path, allowed)
    : new RouteNotFoundError(request.method, request.path);
}

/** Errors of multer and its parser, by their codes and words: they have no classes to go by. */
function fromMultipart(error: unknown): Problem | null {
  if (!(error instanceof Error)) return null;
  const { code, field } = error as Error & { code?: string; field?: string };
  if (error.name === 'MulterError') {
    if (code === 'LIMIT_FILE_SIZE') return uploadProblem('FILE_TOO_LARGE', 413, 'The file is larger than UPLOAD_BYTES_MAX allows', error);
    return uploadProblem('MALFORMED_UPLOAD', 400, `${error.message}${field === undefined ? '' : ` (${field.slice(0, 100)})`}`, error);
  }
  if (/^(Unexpected end of (form|file)|Request aborted)$/.test(error.message)) return new BodyCutOffError(error);
  if (/^(Multipart: Boundary not found|Malformed part header|Malformed content type)/.test(error.message)) {
    return uploadProblem('MALFORMED_UPLOAD', 400, error.message, error);
  }
  return null;
}

function uploadProblem(code: string, status: number, what: string, cause: unknown): Problem {
  const title = status === 413 ? 'The file is too large' : 'The upload cannot be read';
  return new Problem({ code, status, title }, `${what}. Nothing was stored. Correct the upload and send it again.`, { cause });
}

/** Errors of Express's own body parsers, for a route that brings one. */
function fromParser(error: unknown): Problem | null {
  if (!(error instanceof Error)) return null;
  const { type, limit } = error as Error & { type?: string; limit?: number };
  if (type === 'entity.too.large') return new BodyTooLargeError(limit ?? 0);
  if (type === 'entity.parse.failed') return new MalformedJsonError(`does not parse: ${error.message}`, error);
  if (type === 'request.aborted' || type === 'request.size.invalid') return new BodyCutOffError(error);
  if (type === 'charset.unsupported' || type === 'encoding.unsupported') return new UnsupportedMediaTypeError(error.message, 'UTF-8');
  return null;
}

function fromStatus(exception: HttpException): Problem {
  const status = exception.getStatus();
  if (status >= 500) return new InternalError(exception);
  const title = STATUS_CODES[status] ?? 'Error';
  return new Problem(
    { code: title.toUpperCase().replace(/[^A-Z]+/g, '_'), status, title },
    `${exception.message.replace(/\.$/, '')}. Nothing was changed.`,
    { cause: exception },
  );
}
