import { performance } from 'node:perf_hooks';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Problem } from '../platform/index.js';
import { SearchBatchRequestDto, SearchBatchResponseDto } from './dto/search-batch.dto.js';
import { SearchResponseDto } from './dto/search-response.dto.js';
import { toSearchResponse } from './hits/search-response.js';
import { limits, type SearchRequest } from './search-request.js';
import { ApiPostedSearchProblems } from './search.problems.js';
import { SearchService } from './search.service.js';
import { fromBody } from './to-search-request.js';

@ApiTags('Search')
@Controller('search')
export class SearchBatchController {
  constructor(private readonly search: SearchService) {}

  @Post('batch')
  @HttpCode(200)
  @ApiOperation({
    summary: `Up to ${limits.batchMax} searches in one call`,
    description: 'Each search is answered as POST /search answers it, at a moment of its own. One that is refused refuses them all.',
  })
  @ApiOkResponse({ type: SearchBatchResponseDto, description: 'An answer a search, in their order.' })
  @ApiPostedSearchProblems()
  async post(@Body() { searches }: SearchBatchRequestDto): Promise<SearchBatchResponseDto> {
    return { results: await Promise.all(searches.map((search, n) => this.answer(fromBody(search), n))) };
  }

  private async answer(request: SearchRequest, position: number): Promise<SearchResponseDto> {
    const startedAt = performance.now();
    try {
      return toSearchResponse(await this.search.search(request), startedAt);
    } catch (error) {
      throw error instanceof Problem ? inBatch(error, position) : error;
    }
  }
}

function inBatch(problem: Problem, position: number): Problem {
  const { detail, headers, members } = problem;
  return new Problem(problem, `searches[${position}]: ${detail}`, { headers, members: { ...members, search: position } });
}
