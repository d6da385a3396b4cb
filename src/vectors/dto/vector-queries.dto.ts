import { ApiPropertyOptional } from '@nestjs/swagger';
import { BooleanQuery, IntQuery, IsCleanText, IsOmittable } from '../../platform/index.js';

const idMax = 2 ** 31 - 1;
const ownerCharsMax = 200;
const containsCharsMax = 1000;

export class ChunkListQueryDto {
  /** Chunks whose text contains these words in this order, whatever their case. */
  @IsOmittable()
  @IsCleanText({ max: containsCharsMax, filled: true })
  @ApiPropertyOptional({ minLength: 1, maxLength: containsCharsMax, example: 'power button' })
  contains?: string;

  /** Chunks of this document alone. */
  @IsOmittable()
  @IntQuery(1, idMax)
  document_id?: number;

  /** Chunks of this owner's documents alone. */
  @IsOmittable()
  @IsCleanText({ min: 1, max: ownerCharsMax })
  @ApiPropertyOptional({ minLength: 1, maxLength: ownerCharsMax })
  owner_id?: string;

  /** How many chunks a page has at most. */
  @IntQuery(1, 500)
  @ApiPropertyOptional({ default: 50 })
  limit: number = 50;

  /** The `next_cursor` of the page before. */
  @IsOmittable()
  @IsCleanText({ min: 1, max: 1000 })
  @ApiPropertyOptional()
  cursor?: string;
}

export class FullTextQueryDto {
  /** True: each chunk with its whole text. */
  @BooleanQuery()
  @ApiPropertyOptional({ default: false })
  full: boolean = false;
}

export class DryRunQueryDto {
  /** True: only says what would be done. */
  @BooleanQuery()
  @ApiPropertyOptional({ default: false })
  dry_run: boolean = false;
}
