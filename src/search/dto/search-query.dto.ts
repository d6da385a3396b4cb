import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsIn, ValidateBy } from 'class-validator';
import { BooleanQuery, IntQuery, IsCleanText, IsOmittable, NumberQuery, parseId } from '../../platform/index.js';
import { knownModes, limits, type SearchMode } from '../search-request.js';

/** The parameters of GET /search: what one types into an address. POST /search takes more. */
export class SearchQueryDto {
  /** What is looked for, in plain words. */
  @IsCleanText({ max: limits.queryCharsMax, filled: true })
  @ApiProperty({ minLength: 1, maxLength: limits.queryCharsMax, example: 'How do I reset the Aurora X2?' })
  q: string;

  /** How many hits at most. */
  @IntQuery(1, limits.topKMax)
  @ApiPropertyOptional({ default: limits.topKDefault, example: 3 })
  top_k: number = limits.topKDefault;

  /** This version searches in mode `vector`; the others are refused with MODE_NOT_AVAILABLE. */
  @IsIn(knownModes)
  @ApiPropertyOptional({ enum: knownModes, default: 'vector' })
  mode: SearchMode = 'vector';

  /** Documents of this owner alone. */
  @IsOmittable()
  @IsCleanText({ min: 1, max: limits.ownerCharsMax })
  @ApiPropertyOptional({ minLength: 1, maxLength: limits.ownerCharsMax })
  owner_id?: string;

  /** These documents alone: ids, separated by commas. */
  @IsOmittable()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',').map(parseId) : value))
  @ArrayMaxSize(limits.documentIdsMax)
  @ValidateBy({
    name: 'isIdList',
    validator: {
      validate: (value: unknown) => Array.isArray(value) && !value.includes(null),
      defaultMessage: () => `$property must be ids from 1 to ${limits.idMax}, separated by commas`,
    },
  })
  @ApiPropertyOptional({ type: 'string', example: '12,15' })
  document_id?: number[];

  /** Hits whose `score` is lower are left out. */
  @IsOmittable()
  @NumberQuery()
  @ApiPropertyOptional({ example: 0.3 })
  min_score?: number;

  /** True: every allowed vector is compared. Else a graph answers where an index has one; it finds at least 99 of 100. */
  @BooleanQuery()
  @ApiPropertyOptional({ default: false })
  exact: boolean = false;

  /** True: one hit a document, its best passage; `other_passages` counts the rest of it that was found. */
  @BooleanQuery()
  @ApiPropertyOptional({ default: false })
  group_by_document: boolean = false;

  /** So many chunks before and behind each hit are joined with it in `context`. */
  @IntQuery(0, limits.contextChunksMax)
  @ApiPropertyOptional({ default: 0, example: 1 })
  context_chunks: number = 0;
}
