import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import express from 'express';
import type { Config } from '../config/config.js';
import { createLogger } from '../logging/logger.js';
import { NestLogger } from '../logging/nest-logger.js';
import { access } from './access.js';
import { checkAddress, parseQuery } from './address.js';
import { HttpServerAdapter } from './http-server.adapter.js';
import { HTTP_TIMEOUTS, type HttpTimeouts } from './http-timeouts.js';
import { JsonBodyGuard } from './json-body.guard.js';
import { ProblemFilter } from './problem.filter.js';
import { requestLog } from './request-log.js';
import { stalledBody } from './stalled-body.js';
import { setUpSwagger } from './swagger.js';
import { StrictValidationPipe } from './validation.pipe.js';

/**
 * The application over a root module, initialised and not yet listening. What fails on the way is closed again before this
 * rejects. Order of judgement: request id, who may ask, address, route, body, values.
 */
export async function createHttpApplication(
  module: DynamicModule | Type,
  config: Config,
  timeouts: HttpTimeouts = HTTP_TIMEOUTS,
): Promise<NestExpressApplication> {
  const logger = createLogger(config.log);
  const app = await NestFactory.create<NestExpressApplication>(module, new HttpServerAdapter(express(), timeouts), {
    logger: new NestLogger(logger),
    abortOnError: false,
    // read by a guard that knows the operation's limit and leaves streams alone
    bodyParser: false,
  });
  app.disable('x-powered-by').disable('etag').set('query parser', parseQuery);
  app.use(requestLog(logger), access(config.http), checkAddress(), stalledBody(timeouts.bodyStallMs));
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalGuards(new JsonBodyGuard());
  app.useGlobalPipes(new StrictValidationPipe());
  setUpSwagger(app, config.http);
  try {
    return await app.init();
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
}
