import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { VectorStore } from '../store/index.js';
import { PostgresSync } from '../sync/index.js';
import { IndexStatusDto } from './dto/index-status.dto.js';
import { indexStatus } from './index-status.js';
import { syncState } from './sync-state.js';

@ApiTags('Index')
@Controller('index')
export class IndexStatusController {
  constructor(
    private readonly store: VectorStore,
    private readonly sync: PostgresSync,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'How the index is built up',
    description:
      'Vectors, segments, memory, files, and how far PostgreSQL is behind. Answered by the engine, also while PostgreSQL is away.',
  })
  @ApiOkResponse({ type: IndexStatusDto, description: 'The index as it is at this moment.' })
  status(): IndexStatusDto {
    return { ...indexStatus(this.store), sync: syncState(this.sync) };
  }
}
