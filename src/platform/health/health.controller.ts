import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { HealthRegistry, type HealthCheck, type HealthState } from './health-registry.js';

const READY_EXAMPLE = { status: 'ok', checks: { store: { status: 'ok' }, database: { status: 'ok' } } };
const UNREADY_EXAMPLE = { status: 'down', checks: { store: { status: 'down', detail: 'The journal is being replayed.' } } };

/** Asked by supervisors, so without a key. */
@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(private readonly registry: HealthRegistry) {}

  @Get('live')
  @ApiOperation({ summary: 'The process answers', security: [] })
  @ApiOkResponse({ schema: { example: { status: 'ok' } } })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Searches are answered',
    description: '`degraded` is ready too: something is away, such as the database, and searches are answered all the same.',
    security: [],
  })
  @ApiOkResponse({ description: 'ready, `ok` or `degraded`', schema: { example: READY_EXAMPLE } })
  @ApiServiceUnavailableResponse({ description: 'not ready', schema: { example: UNREADY_EXAMPLE } })
  ready(@Res({ passthrough: true }) response: Response): { status: HealthState; checks: Record<string, HealthCheck> } {
    const report = this.registry.report();
    response.status(report.status === 'down' ? 503 : 200);
    return report;
  }
}
