import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsIn, IsObject, ValidateNested } from 'class-validator';
import { IsCleanText, IsFiniteNumber, IsOmittable, IsWholeNumber } from '../../platform/index.js';
import { knownModes, limits, type SearchMode } from '../search-request.js';
import { SearchFilterDto } from './search-filter.dto.js';

/** A search holds either `query` or `vector`. */
export class SearchRequestDto {
  /** What is looked for, in plain words. What exceeds the model's 256 tokens does not count. */
  @IsOmittable()
  @IsCleanText({ max: limits.queryCharsMax, filled: true })
  @ApiPropertyOptional({ minLength: 1, maxLength: limits.queryCharsMax, example: 'How do I reset the Aurora X2?' })
  query?: string;

  /** What is looked for, already embedded with the index's model: `dimension` finite numbers, not all zero. Its length does not matter. */
  @IsOmittable()
  @IsArray()
  @ApiPropertyOptional({ type: 'array', items: { type: 'number' } })
  vector?: unknown[];

  /** How many hits at most. */
  @IsWholeNumber(1, limits.topKMax)
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: limits.topKMax, default: limits.topKDefault, example: 3 })
  top_k: number = limits.topKDefault;

  /** This version searches in mode `vector`; the others are refused with MODE_NOT_AVAILABLE. */
  @IsIn(knownModes)
  @ApiPropertyOptional({ enum: knownModes, default: 'vector', example: 'vector' })
  mode: SearchMode = 'vector';

  @IsOmittable()
  @IsObject()
  @ValidateNested()
  @Type(() => SearchFilterDto)
  @ApiPropertyOptional({ type: SearchFilterDto })
  filter?: SearchFilterDto;

  /** Hits whose `score` is lower are left out. */
  @IsOmittable()
  @IsFiniteNumber()
  @ApiPropertyOptional({ type: 'number', example: 0.3 })
  min_score?: number;

  /** True: every allowed vector is compared. Else a graph answers where an index has one; it finds at least 99 of 100. */
  @IsBoolean()
  @ApiPropertyOptional({ type: 'boolean', default: false })
  exact: boolean = false;

  /** True: one hit a document, its best passage; `other_passages` counts the rest of it that was found. */
  @IsBoolean()
  @ApiPropertyOptional({ type: 'boolean', default: false })
  group_by_document: boolean = false;

  /** So many chunks before and behind each hit are joined with it in `context`. */
  @IsWholeNumber(0, limits.contextChunksMax)
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: limits.contextChunksMax, default: 0, example: 1 })
  context_chunks: number = 0;

  /** True: each hit's chunk has its `vector`. */
  @IsBoolean()
  @ApiPropertyOptional({ type: 'boolean', default: false })
  include_vectors: boolean = false;
}
