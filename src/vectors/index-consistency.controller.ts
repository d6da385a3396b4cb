import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../platform/index.js';
import { ConsistencyService } from '../sync/index.js';
import { ConsistencyDto, RepairDto } from './dto/index-consistency.dto.js';
import { DryRunQueryDto } from './dto/vector-queries.dto.js';
import { consistencyAnswer } from './index-consistency.js';
import { databaseUnavailable } from './vectors.problems.js';

@ApiTags('Index')
@Controller('index')
export class IndexConsistencyController {
  constructor(private readonly consistency: ConsistencyService) {}

  @Get('consistency')
  @ApiOperation({
    summary: 'Whether PostgreSQL holds what the engine does',
    description:
      'Every document of either side is compared by digests of what stands there at this moment, vectors included, and row by row where these differ. Takes about ten seconds for each 100,000 vectors; saves, deletes and searches go on.',
  })
  @ApiOkResponse({ type: ConsistencyDto, description: 'What is missing, besides or unequal, each named.' })
  @ApiProblems(databaseUnavailable)
  async check(): Promise<ConsistencyDto> {
    return consistencyAnswer(await this.consistency.check());
  }

  @Post('repair')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Brings PostgreSQL to the state of the engine',
    description:
      'Compares as GET /index/consistency does, then writes each document that differs as the engine holds it, in one transaction a document; documents whose records PostgreSQL had refused are tried again. The answer says what was found, and how much of it was mended.',
  })
  @ApiOkResponse({ type: RepairDto, description: 'What was found and mended; with `dry_run=true` nothing is changed.' })
  @ApiProblems('VALIDATION_FAILED', databaseUnavailable)
  async repair(@Query() query: DryRunQueryDto): Promise<RepairDto> {
    const report = await this.consistency.repair({ dryRun: query.dry_run });
    return { ...consistencyAnswer(report), repaired: report.repaired };
  }
}
