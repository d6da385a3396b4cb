import { Body, Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../platform/index.js';
import { RebuildIndexDto, RebuildProgressDto } from './dto/index-rebuild.dto.js';
import { IndexRebuild } from './index-rebuild.js';
import { databaseUnavailable } from './vectors.problems.js';

const rebuildRunning = { code: 'REBUILD_RUNNING', status: 409, description: 'A rebuild is under way; it goes on.' };

@ApiTags('Index')
@Controller('index/rebuild')
export class IndexRebuildController {
  constructor(private readonly rebuild: IndexRebuild) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    summary: 'Build the index again',
    description:
      'From the vectors in PostgreSQL, or from the stored texts by the model. Searches go on with the present index until the new one is whole and takes its place at once; what is saved or deleted meanwhile is kept. ' +
      'With `database` PostgreSQL is first brought up to date.',
  })
  @ApiBody({ type: RebuildIndexDto })
  @ApiAcceptedResponse({ type: RebuildProgressDto, description: 'It has begun; GET /index/rebuild shows how far it is.' })
  @ApiProblems('VALIDATION_FAILED', 'MALFORMED_JSON', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE', rebuildRunning, databaseUnavailable)
  start(@Body() { source }: RebuildIndexDto): RebuildProgressDto {
    return this.rebuild.start(source);
  }

  @Get()
  @ApiOperation({ summary: 'How far the rebuild is', description: 'Of the one that runs, else of the last one since the start.' })
  @ApiOkResponse({ type: RebuildProgressDto, description: 'Its progress, and its end.' })
  progress(): RebuildProgressDto {
    return this.rebuild.progress;
  }
}
