import { Problem } from '../errors/problem.js';

/** What every operation can answer with before a module has a say. Nothing was changed by any of them. */
export class ValidationFailedError extends Problem {
  constructor(errors: { path: string; message: string }[]) {
    const shown = errors.slice(0, 10).map(({ message }) => message);
    const rest = errors.length > 10 ? `; and ${errors.length - 10} more` : '';
    super(
      { code: 'VALIDATION_FAILED', status: 400, title: 'The request is not valid' },
      `${shown.join('; ')}${rest}. Nothing was changed. Correct the request and send it again.`,
      { members: { errors: errors.slice(0, 100) } },
    );
  }
}

export class MalformedJsonError extends Problem {
  constructor(reason: string, cause?: unknown) {
    super(
      { code: 'MALFORMED_JSON', status: 400, title: 'The body is not usable JSON' },
      `The body ${reason}. Nothing was changed. Correct the JSON and send it again.`,
      { cause },
    );
  }
}

export class MalformedUrlError extends Problem {
  constructor(reason: string, cause?: unknown) {
    super(
      { code: 'MALFORMED_URL', status: 400, title: 'The address is not valid' },
      `${reason}. Nothing was changed. Encode paths and parameters as UTF-8 with percent signs.`,
      { cause },
    );
  }
}

export class InvalidIdError extends Problem {
  constructor(name: string, shown: string) {
    super(
      { code: 'INVALID_ID', status: 400, title: 'The id is not valid' },
      `${name} is ${shown}, and an id is a whole number from 1 to 2147483647 in decimal digits. Nothing was changed. Use an id that this service gave.`,
    );
  }
}

export class InvalidCursorError extends Problem {
  constructor() {
    super(
      { code: 'INVALID_CURSOR', status: 400, title: 'The cursor is not valid' },
      'The cursor is not one that this list gave. Nothing was changed. Send next_cursor as it came, with the same parameters, or start without a cursor.',
    );
  }
}

export class BodyTooLargeError extends Problem {
  constructor(bytesMax: number) {
    super(
      { code: 'BODY_TOO_LARGE', status: 413, title: 'The body is too large' },
      `The body is larger than the ${bytesMax} bytes that this operation takes. Nothing was changed. Send less at once.`,
      { members: { bytes_max: bytesMax } },
    );
  }
}

export class UnsupportedMediaTypeError extends Problem {
  constructor(what: string, allowed: string) {
    super(
      { code: 'UNSUPPORTED_MEDIA_TYPE', status: 415, title: 'The body has a type that is not taken here' },
      `${what}; this operation takes ${allowed}. Nothing was changed. Say in the headers what the body is, and send it that way.`,
    );
  }
}

export class BodyCutOffError extends Problem {
  constructor(cause?: unknown) {
    super(
      { code: 'BODY_CUT_OFF', status: 400, title: 'The body ended early' },
      'The connection ended before the body did. Nothing was changed. Send the request again.',
      { cause },
    );
  }
}

export class RequestTimeoutError extends Problem {
  constructor(seconds: number) {
    super(
      { code: 'REQUEST_TIMEOUT', status: 408, title: 'The request did not arrive in time' },
      `Nothing came for ${seconds} seconds, and the request is not whole. Nothing was changed. Send the request again.`,
      { headers: { Connection: 'close' } },
    );
  }
}

export class UnauthorizedError extends Problem {
  constructor(reason: string) {
    super(
      { code: 'UNAUTHORIZED', status: 401, title: 'A key is asked' },
      `${reason}. Nothing was changed. Send the header "Authorization: Bearer <key>" with a key of API_KEYS.`,
      { headers: { 'WWW-Authenticate': 'Bearer' } },
    );
  }
}

export class HostNotAllowedError extends Problem {
  constructor(header: 'Host' | 'Origin') {
    super(
      { code: header === 'Host' ? 'HOST_NOT_ALLOWED' : 'ORIGIN_NOT_ALLOWED', status: 403, title: `The ${header} header is not allowed` },
      `The ${header} header does not name this machine, and without API_KEYS only this machine is served: a web page elsewhere could be behind the request. Nothing was changed. Use 127.0.0.1 or localhost, or set API_KEYS.`,
    );
  }
}

export class RouteNotFoundError extends Problem {
  constructor(method: string, path: string) {
    super(
      { code: 'ROUTE_NOT_FOUND', status: 404, title: 'There is no such operation' },
      `There is no ${method} ${path.slice(0, 200)}. Nothing was changed. /docs lists all operations.`,
    );
  }
}

export class MethodNotAllowedError extends Problem {
  constructor(method: string, path: string, allowed: string[]) {
    super(
      { code: 'METHOD_NOT_ALLOWED', status: 405, title: 'The method is not taken here' },
      `${path.slice(0, 200)} does not take ${method}, only ${allowed.join(', ')}. Nothing was changed. /docs lists all operations.`,
      { headers: { Allow: allowed.join(', ') } },
    );
  }
}

export class MalformedRequestError extends Problem {
  constructor(reason: string, status: 400 | 431 = 400) {
    super(
      {
        code: status === 431 ? 'HEADERS_TOO_LARGE' : 'MALFORMED_REQUEST',
        status,
        title: 'The request is not HTTP that this service can read',
      },
      `${reason}. Nothing was changed. Correct the request and send it again.`,
      { headers: { Connection: 'close' } },
    );
  }
}

export class DiskFullError extends Problem {
  constructor(cause: Error) {
    super(
      { code: 'STORAGE_FULL', status: 507, title: 'No room on the disk' },
      `${cause.message}. Nothing was changed, what was there is safe. Free some space and try again.`,
      { cause },
    );
  }
}

export class InternalError extends Problem {
  constructor(cause: unknown) {
    super(
      { code: 'INTERNAL_ERROR', status: 500, title: 'Something unexpected went wrong' },
      'The request could not be completed, for a reason that the log tells under this request_id. What was acknowledged before is safe. Look whether the change is there before you send it again.',
      { cause },
    );
  }
}
