import type { Request, RequestHandler } from 'express';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpConfig } from '../config/config.js';
import { HostNotAllowedError, MalformedRequestError, UnauthorizedError } from './http.errors.js';
import { hostOf, isLoopback } from './loopback.js';

/** Health is asked by supervisors, the documentation by people who have no key yet; neither shows what is stored. */
const OPEN_PATHS = /^\/(health\/(live|ready)|docs(-json|-yaml)?|docs\/.*)\/?$/;

/** Judged before the body is looked at: who may ask at all. */
export function access(config: HttpConfig): RequestHandler {
  const judge = config.apiKeys.length > 0 ? keyJudge(config.apiKeys) : judgeLoopback;
  return (request, _response, next) => {
    if (request.headers.host === undefined && request.httpVersion === '1.1') throw new MalformedRequestError('The Host header is missing');
    judge(request);
    next();
  };
}

function keyJudge(apiKeys: { name: string; key: string }[]): (request: Request) => void {
  const digests = apiKeys.map(({ key }) => digest(key));
  return (request) => {
    if (OPEN_PATHS.test(request.path)) return;
    const header = request.headers.authorization;
    if (header === undefined) throw new UnauthorizedError('The request has no Authorization header');
    const key = /^Bearer +([\x21-\x7e]+) *$/i.exec(header)?.[1];
    if (key === undefined) throw new UnauthorizedError('The Authorization header is not "Bearer <key>"');
    const given = digest(key);
    // all are compared, whichever is right: the time tells nothing
    if (digests.filter((known) => timingSafeEqual(known, given)).length === 0) throw new UnauthorizedError('The key is not known');
  };
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/**
 * Without keys, being on this machine is the right to ask. A browser on this machine is too, so a page that a name of its own
 * led here (DNS rebinding) is known by its Host, and a page that posts across sites by its Origin.
 */
function judgeLoopback(request: Request): void {
  const { host, origin } = request.headers;
  if (host !== undefined && !isLoopback(hostOf(host) ?? '')) throw new HostNotAllowedError('Host');
  if (origin === undefined || request.method === 'GET' || request.method === 'HEAD') return;
  const originHost = URL.canParse(origin) ? new URL(origin).hostname.replace(/^\[|\]$/g, '') : '';
  if (!isLoopback(originHost)) throw new HostNotAllowedError('Origin');
}
