import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsObject, ValidateNested } from 'class-validator';
import { IsCleanObject, IsCleanText, IsFiniteNumber, IsOmittable, IsWholeNumber } from '../platform/index.js';
import type { JsonObject } from '../store/index.js';
import { IsInstant } from './instant.js';
import { knownModes, limits, type SearchMode } from './search-request.js';

/** Which chunks may be found; all conditions must hold. What is not allowed is never scored, so a filter costs no recall. */
export class SearchFilterDto {
  /** Documents of this owner alone. */
  @IsOmittable()
  @IsCleanText({ min: 1, max: limits.ownerCharsMax })
  @ApiPropertyOptional({ minLength: 1, maxLength: limits.ownerCharsMax, example: 'support-emea' })
  owner_id?: string;

  /** These documents alone; an empty list allows nothing. */
  @IsOmittable()
  @IsArray()
  @ArrayMaxSize(limits.documentIdsMax)
  @IsWholeNumber(1, limits.idMax, { each: true })
  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'integer', minimum: 1, maximum: limits.idMax },
    maxItems: limits.documentIdsMax,
    example: [12, 15],
  })
  document_ids?: number[];

  /** Documents of these types alone; an empty list allows nothing. */
  @IsOmittable()
  @IsArray()
  @ArrayMaxSize(limits.mimeTypesMax)
  @IsCleanText({ min: 1, max: limits.mimeTypeCharsMax }, { each: true })
  @ApiPropertyOptional({ type: 'array', items: { type: 'string' }, maxItems: limits.mimeTypesMax, example: ['application/pdf'] })
  mime_types?: string[];

  /** Documents whose metadata contains this object, as PostgreSQL's `@>` has it. */
  @IsOmittable()
  @IsCleanObject({ bytesMax: limits.metadataBytesMax })
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { product: 'Aurora X2' } })
  metadata?: JsonObject;

  /** Documents created at this time or later; without a zone it is UTC. */
  @IsOmittable()
  @IsInstant()
  @ApiPropertyOptional({ type: 'string', format: 'date-time', example: '2026-01-01T00:00:00Z' })
  created_after?: string;

  /** Documents created before this time; without a zone it is UTC. */
  @IsOmittable()
  @IsInstant()
  @ApiPropertyOptional({ type: 'string', format: 'date-time', example: '2027-01-01T00:00:00Z' })
  created_before?: string;
}

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
}
