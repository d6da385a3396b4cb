import { performance } from 'node:perf_hooks';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems, type ProblemDescription } from '../platform/index.js';
import { SearchQueryDto } from './search-query.dto.js';
import { SearchRequestDto } from './search-request.dto.js';
import { SearchResponseDto } from './search-response.dto.js';
import { toSearchResponse } from './search-response.js';
import { SearchService } from './search.service.js';
import { fromBody, fromQuery } from './to-search-request.js';

const answered = 'Searches are answered by the engine alone: exact when a save or a delete returns, and while PostgreSQL is away.';

const modeNotAvailable: ProblemDescription = {
  code: 'MODE_NOT_AVAILABLE',
  status: 400,
  description: 'This version does not search in that mode; `available_modes` lists those that it has.',
};
const queryOrVector: ProblemDescription = {
  code: 'QUERY_OR_VECTOR',
  status: 400,
  description: 'The search holds both `query` and `vector`, or neither.',
};
const invalidVector: ProblemDescription = {
  code: 'INVALID_VECTOR',
  status: 400,
  description: 'The vector has another dimension than the index, a value that is no finite number (its `index` is named), or is all zeros.',
};

@ApiTags('Search')
@Controller('search')
export class SearchController {
  constructor(private readonly search: SearchService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Finds the chunks nearest to a text or a vector',
    description: `Give either \`query\` or \`vector\`. ${answered}`,
  })
  @ApiOkResponse({ type: SearchResponseDto, description: 'The hits, best first; none when nothing is allowed or near enough.' })
  @ApiProblems(
    'VALIDATION_FAILED',
    'MALFORMED_JSON',
    queryOrVector,
    invalidVector,
    modeNotAvailable,
    'BODY_TOO_LARGE',
    'UNSUPPORTED_MEDIA_TYPE',
  )
  async post(@Body() body: SearchRequestDto): Promise<SearchResponseDto> {
    const startedAt = performance.now();
    return toSearchResponse(await this.search.search(fromBody(body)), startedAt);
  }

  @Get()
  @ApiOperation({ summary: 'Finds the chunks nearest to a text', description: `The short form of POST /search. ${answered}` })
  @ApiOkResponse({ type: SearchResponseDto, description: 'The hits, best first; none when nothing is allowed or near enough.' })
  @ApiProblems('VALIDATION_FAILED', modeNotAvailable)
  async get(@Query() query: SearchQueryDto): Promise<SearchResponseDto> {
    const startedAt = performance.now();
    return toSearchResponse(await this.search.search(fromQuery(query)), startedAt);
  }
}
