import { SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { checkContentType } from './content-type.js';
import { parseJsonObject } from './json-body.js';
import { hasBody, readBody } from './read-body.js';

/** JSON that people write is small; routes that take texts say more with @JsonBytesMax. */
const JSON_BYTES_MAX = 1_000_000;
const BYTES_MAX_KEY = 'hvs:json-bytes-max';
/** Where Nest keeps a handler's parameters (`3:0` is its @Body()), and Swagger what @ApiConsumes says. */
const ROUTE_ARGUMENTS_KEY = '__routeArguments__';
const CONSUMES_KEY = 'swagger/apiConsumes';
const BODY_PARAMETER = 3;

/** Bytes of JSON that the operation takes, in the place of 1,000,000. */
export const JsonBytesMax = (bytesMax: number): MethodDecorator => SetMetadata(BYTES_MAX_KEY, bytesMax);

interface BodyRule {
  consumes: readonly string[];
  bytesMax: number;
}

/**
 * Reads and parses the body of each operation that takes one as `@Body()`. What such an operation may be sent is what it
 * documents with @ApiConsumes, else JSON; anything else is 415. An operation without `@Body()` (one that streams its body from
 * the request), and one whose body is not JSON (multipart), finds its body unread.
 */
export class JsonBodyGuard implements CanActivate {
  private readonly rules = new WeakMap<object, BodyRule | typeof NO_BODY>();

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const rule = this.ruleOf(context);
    if (rule === NO_BODY || !hasBody(request)) return true;
    if (checkContentType(request.headers['content-type'], rule.consumes)) {
      request.body = parseJsonObject(await readBody(request, rule.bytesMax));
    }
    return true;
  }

  private ruleOf(context: ExecutionContext): BodyRule | typeof NO_BODY {
    const handler = context.getHandler();
    let rule = this.rules.get(handler);
    if (rule === undefined) {
      rule = readRule(context.getClass(), handler);
      this.rules.set(handler, rule);
    }
    return rule;
  }
}

const NO_BODY = Symbol('no body');

function readRule(controller: object, handler: { name: string }): BodyRule | typeof NO_BODY {
  const parameters = (Reflect.getMetadata(ROUTE_ARGUMENTS_KEY, controller, handler.name) ?? {}) as Record<string, unknown>;
  if (!Object.keys(parameters).some((key) => key.startsWith(`${BODY_PARAMETER}:`))) return NO_BODY;
  return {
    consumes: (Reflect.getMetadata(CONSUMES_KEY, handler) as string[] | undefined) ?? ['application/json'],
    bytesMax: (Reflect.getMetadata(BYTES_MAX_KEY, handler) as number | undefined) ?? JSON_BYTES_MAX,
  };
}
