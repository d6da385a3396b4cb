import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray } from 'class-validator';
import { IsCleanObject, IsCleanText, IsOmittable, IsWholeNumber } from '../../platform/index.js';
import type { JsonObject } from '../../store/index.js';
import { IsInstant } from '../instant.js';
import { IsMetadataCondition } from '../metadata-condition.js';
import { limits } from '../search-request.js';

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

  /**
   * Documents whose metadata contains this object, as PostgreSQL's `@>` has it. Or, with operators, conditions as in MongoDB:
   * `$eq`, `$ne`, `$in`, `$nin`, `$gt`, `$gte`, `$lt`, `$lte`, `$exists` on a member, combined by `$and`, `$or`, `$not`:
   * `{"year": {"$gte": 2024}, "$or": [{"product": "Alder 400"}, {"product": {"$exists": false}}]}`.
   */
  @IsOmittable()
  @IsCleanObject({ bytesMax: limits.metadataBytesMax })
  @IsMetadataCondition()
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { product: 'Aurora X2' } })
  metadata?: JsonObject;

  /** Documents with this in their title; case does not count. */
  @IsOmittable()
  @IsCleanText({ min: 1, max: limits.titleCharsMax })
  @ApiPropertyOptional({ minLength: 1, maxLength: limits.titleCharsMax, example: 'user manual' })
  title_contains?: string;

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
