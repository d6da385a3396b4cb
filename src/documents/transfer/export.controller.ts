import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiProblems } from '../../platform/index.js';
import { VectorStore } from '../../store/index.js';
import { attachmentDisposition } from '../content-disposition.js';
import { DOCUMENT_NOT_FOUND } from '../dto/document.problems.js';
import { NDJSON_TYPE } from './export-format.js';
import { exportedIds, exportLines } from './export-lines.js';
import { ExportQueryDto } from './export.dto.js';
import { EXPORT_EXAMPLE } from './transfer.examples.js';

/** Pieces that wait for the client. */
const PIECES_AHEAD = 2;

@ApiTags('Import and export')
@Controller('export')
export class ExportController {
  constructor(private readonly store: VectorStore) {}

  @Get()
  @ApiOperation({
    summary: 'Documents as NDJSON',
    description:
      'Streamed from the engine, also while PostgreSQL is away: a header line, then a document a line, with its chunks. `vectors=true` adds the vectors (base64 of little-endian float32), ' +
      'so that POST /import elsewhere gives the same answers without the model. Exported is what has chunks; each document is of one moment. ' +
      '`documents` in the header is their number at the start: one that is deleted before its turn comes is left out.',
  })
  @ApiProduces(NDJSON_TYPE)
  @ApiOkResponse({ description: 'A header line, then a document a line.', schema: { type: 'string', example: EXPORT_EXAMPLE } })
  @ApiProblems('VALIDATION_FAILED', DOCUMENT_NOT_FOUND)
  async export(@Query() query: ExportQueryDto, @Req() request: Request, @Res() response: Response): Promise<void> {
    const withVectors = query.vectors === true;
    const ids = exportedIds(this.store, { ownerId: query.owner_id, documentIds: query.document_ids, withVectors });
    // Express's own `set` would add a charset.
    response.setHeader('Content-Type', NDJSON_TYPE);
    response.setHeader('Content-Disposition', attachmentDisposition(`export-${new Date().toISOString().slice(0, 10)}.ndjson`));
    if (request.method === 'HEAD') return void response.end();
    const pieces = Readable.from(exportLines(this.store, ids, withVectors), { highWaterMark: PIECES_AHEAD });
    // Ends the reading, too, when the client leaves in the middle; then there is nobody to answer.
    await pipeline(pieces, response).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    });
  }
}
