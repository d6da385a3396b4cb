import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsObject, ValidateNested } from 'class-validator';
import { limits } from '../search-request.js';
import { SearchRequestDto } from './search-request.dto.js';
import { SearchResponseDto } from './search-response.dto.js';

export class SearchBatchRequestDto {
  /** Each as POST /search takes it. One that is wrong refuses them all, and is named. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(limits.batchMax)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => SearchRequestDto)
  @ApiProperty({ type: [SearchRequestDto], minItems: 1, maxItems: limits.batchMax })
  searches: SearchRequestDto[];
}

export class SearchBatchResponseDto {
  /** An answer a search, in their order. */
  results: SearchResponseDto[];
}
