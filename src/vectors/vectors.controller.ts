import { pipeline } from 'node:stream/promises';
import { Controller, Delete, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiProblems, ParseIdPipe } from '../platform/index.js';
import { VectorStore } from '../store/index.js';
import { PostgresSync } from '../sync/index.js';
import { ChunkList } from './chunk-list.js';
import { MetadataRowDto } from './dto/metadata-row.dto.js';
import { ChunkPageDto, DeletedVectorsDto, DocumentChunksDto } from './dto/vector-chunk.dto.js';
import { ChunkListQueryDto, FullTextQueryDto } from './dto/vector-queries.dto.js';
import { VectorStatisticsDto } from './dto/vector-statistics.dto.js';
import { metadataJson } from './engine-metadata.js';
import { syncState } from './sync-state.js';
import { VectorStatistics } from './vector-statistics.js';
import { databaseUnavailable, documentNotFound, storageProblems } from './vectors.problems.js';
import { VectorsService } from './vectors.service.js';

const fromEngine = 'Answered by the engine: exact when a save or a delete returns, and while PostgreSQL is away.';

@ApiTags('Vectors')
@Controller('vectors')
export class VectorsController {
  constructor(
    private readonly vectors: VectorsService,
    private readonly statistics: VectorStatistics,
    private readonly chunkList: ChunkList,
    private readonly store: VectorStore,
    private readonly sync: PostgresSync,
  ) {}

  @Get('stats')
  @ApiOperation({ summary: 'Counts vectors, by document, owner and model', description: fromEngine })
  @ApiOkResponse({ type: VectorStatisticsDto, description: 'What there is, and how far PostgreSQL is behind.' })
  async stats(): Promise<VectorStatisticsDto> {
    return { ...(await this.statistics.count()), sync: syncState(this.sync) };
  }

  @Get('metadata')
  @ApiOperation({
    summary: 'The metadata of all vectors, as the engine has it',
    description: `One JSON array, streamed; POST /vectors/sync takes it as it is. ${fromEngine}`,
  })
  @ApiOkResponse({ type: [MetadataRowDto], description: 'Document by document, chunk by chunk.' })
  async metadata(@Res() response: Response): Promise<void> {
    const pieces = metadataJson(this.store);
    // What fails here can still be told; a failure after it cuts the connection off, so that half an array is not taken for a whole one.
    const first = await pieces.next();
    response.type('application/json').write(first.value);
    try {
      await pipeline(pieces, response);
    } catch (error) {
      if (!readerLeft(error)) throw error;
    }
  }

  @Get('document/:id')
  @ApiOperation({ summary: 'The chunks of one document', description: fromEngine })
  @ApiParam({ name: 'id', type: 'integer', example: 12 })
  @ApiOkResponse({ type: DocumentChunksDto, description: 'All chunks in order; none when the document has no vectors.' })
  @ApiProblems('INVALID_ID', 'VALIDATION_FAILED', documentNotFound)
  chunksOf(@Param('id', ParseIdPipe) id: number, @Query() query: FullTextQueryDto): Promise<DocumentChunksDto> {
    return this.vectors.chunksOf(id, query.full);
  }

  @Delete('document/:id')
  @ApiOperation({
    summary: 'Deletes the vectors of one document',
    description:
      'They are out of every search when the call returns, and out of PostgreSQL within the sync lag. The document stays, `unindexed`; an ingestion of it that is under way is called off. Its reindexing, or an upload of the same bytes, brings vectors back; a restart does not.',
  })
  @ApiParam({ name: 'id', type: 'integer', example: 12 })
  @ApiOkResponse({ type: DeletedVectorsDto, description: 'How many vectors the document had.' })
  @ApiProblems('INVALID_ID', documentNotFound, ...storageProblems)
  deleteOf(@Param('id', ParseIdPipe) id: number): Promise<DeletedVectorsDto> {
    return this.vectors.deleteOf(id);
  }

  @Get()
  @ApiOperation({
    summary: 'Finds chunks by words, document or owner',
    description:
      'Answered by PostgreSQL and held against the engine: waits up to a second for the newest record, then leaves out what the engine has deleted or replaced.',
  })
  @ApiOkResponse({ type: ChunkPageDto, description: 'A page of chunks by id.' })
  @ApiProblems('VALIDATION_FAILED', 'INVALID_CURSOR', databaseUnavailable)
  list(@Query() query: ChunkListQueryDto): Promise<ChunkPageDto> {
    return this.chunkList.page(query);
  }
}

function readerLeft(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return ['ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ECONNRESET', 'EPIPE'].includes(code);
}
