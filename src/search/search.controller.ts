import { performance } from 'node:perf_hooks';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../platform/index.js';
import { SearchQueryDto } from './dto/search-query.dto.js';
import { SearchRequestDto } from './dto/search-request.dto.js';
import { SearchResponseDto } from './dto/search-response.dto.js';
import { toSearchResponse } from './hits/search-response.js';
import { ApiPostedSearchProblems, modeNotAvailable } from './search.problems.js';
import { SearchService } from './search.service.js';
import { fromBody, fromQuery } from './to-search-request.js';

const answered = 'Searches are answered by the engine alone: exact when a save or a delete returns, and while PostgreSQL is away.';

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
  @ApiPostedSearchProblems()
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
