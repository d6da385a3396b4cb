import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpConfig } from '../config/config.js';
import { projectRoot } from '../config/project-root.js';
import { problemResponse, type ProblemDescription } from './api-problems.js';
import { ProblemDto } from './problem.dto.js';

const DESCRIPTION = `A self-hosted knowledge store: documents go in, passages come out by meaning, with their pages.

Every error is a problem document (RFC 9457) with a stable \`code\`; its \`request_id\` stands in the log. Ids are positive 32-bit
integers, times are ISO 8601 in UTC, lists are pages: \`{ "items": […], "next_cursor": … }\`.`;

const UNAUTHORIZED: ProblemDescription = { code: 'UNAUTHORIZED', status: 401, description: 'The key is missing or not known.' };
const FORBIDDEN: ProblemDescription = { code: 'HOST_NOT_ALLOWED', status: 403, description: 'The Host header does not name this machine.' };
const INTERNAL: ProblemDescription = { code: 'INTERNAL_ERROR', status: 500, description: 'Something unexpected; the log tells more.' };

/** Swagger UI at /docs, the OpenAPI document at /docs-json and /docs-yaml; built when it is first asked for. */
export function setUpSwagger(app: NestExpressApplication, config: HttpConfig): void {
  SwaggerModule.setup('docs', app, () => buildDocument(app, config), { customSiteTitle: 'Hybrid Vector Storage' });
}

function buildDocument(app: NestExpressApplication, config: HttpConfig): OpenAPIObject {
  const asksKey = config.apiKeys.length > 0;
  const builder = new DocumentBuilder().setTitle('Hybrid Vector Storage').setDescription(DESCRIPTION).setVersion(readVersion());
  if (asksKey)
    builder.addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A key of API_KEYS' }).addSecurityRequirements('bearer');
  const document = SwaggerModule.createDocument(app, builder.build(), { extraModels: [ProblemDto] });
  const shared = asksKey ? [UNAUTHORIZED, INTERNAL] : [FORBIDDEN, INTERNAL];
  for (const [path, item] of Object.entries(document.paths)) {
    const problems = asksKey && path.startsWith('/health/') ? [INTERNAL] : shared;
    for (const operation of [item.get, item.put, item.post, item.delete, item.patch]) {
      for (const problem of problems) if (operation) operation.responses[problem.status] ??= problemResponse([problem]);
    }
  }
  return document;
}

function readVersion(): string {
  return (JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string }).version;
}
