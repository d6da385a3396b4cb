import { Controller, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Request } from 'express';
import { ApiProblems, BodyCutOffError, checkContentType, hasBody, UnsupportedMediaTypeError } from '../platform/index.js';
import { SyncService } from '../sync/index.js';
import { MetadataRowDto } from './dto/metadata-row.dto.js';
import { SyncReportDto } from './dto/sync-report.dto.js';
import { DryRunQueryDto } from './dto/vector-queries.dto.js';
import { readMetadataRows } from './metadata-rows.js';
import { databaseUnavailable, invalidMetadata, metadataConflict } from './vectors.problems.js';

const rows = { type: 'array', items: { $ref: getSchemaPath(MetadataRowDto) } };

@ApiTags('Vectors')
@Controller('vectors')
export class VectorsSyncController {
  constructor(private readonly service: SyncService) {}

  @Post('sync')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Brings PostgreSQL to the state of the engine',
    description:
      'Without a body: everything, now, and both stores are checked. With a body (what GET /vectors/metadata answers, read as a stream): the rows of each document that it names; a row that the engine lacks, has besides, or has otherwise refuses all of it, so that no call can pull the stores apart.',
  })
  @ApiExtraModels(MetadataRowDto)
  @ApiBody({
    required: false,
    description: 'The metadata of whole documents, as an array or under `metadata`.',
    schema: { oneOf: [rows, { type: 'object', required: ['metadata'], additionalProperties: false, properties: { metadata: rows } }] },
  })
  @ApiOkResponse({ type: SyncReportDto, description: 'What was done; with `dry_run=true`, what would be.' })
  @ApiProblems('VALIDATION_FAILED', invalidMetadata, metadataConflict, 'UNSUPPORTED_MEDIA_TYPE', databaseUnavailable)
  sync(@Req() request: Request, @Query() query: DryRunQueryDto): Promise<SyncReportDto> {
    if (!hasBody(request)) return this.service.syncNow({ dryRun: query.dry_run });
    checkContentType(request.headers['content-type'], ['application/json']);
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') throw new UnsupportedMediaTypeError(`The body has the content encoding ${encoding.slice(0, 50)}`, 'none');
    return this.service.compareRows(readMetadataRows(piecesOf(request)), { dryRun: query.dry_run });
  }
}

/** The body piece by piece. Who stops in the middle leaves the connection open, so that the answer can still be sent. */
async function* piecesOf(request: Request): AsyncGenerator<Uint8Array> {
  try {
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw new BodyCutOffError(error);
  }
}
