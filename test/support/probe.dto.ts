import { Type } from 'class-transformer';
import { IsArray, ValidateNested } from 'class-validator';
import {
  BooleanQuery,
  IntQuery,
  IsCleanObject,
  IsCleanText,
  IsFiniteNumber,
  IsOmittable,
  IsWholeNumber,
} from '../../src/platform/index.js';

export class ProbeFilterDto {
  @IsOmittable()
  @IsArray()
  @IsWholeNumber(1, 2_147_483_647, { each: true })
  document_ids?: number[];
}

export class ProbeDto {
  /** A name for the probe */
  @IsCleanText({ max: 20, filled: true })
  name: string;

  @IsOmittable()
  @IsWholeNumber(1, 100)
  count?: number;

  @IsOmittable()
  @IsFiniteNumber(-1, 1)
  score?: number;

  @IsOmittable()
  @IsCleanObject({ bytesMax: 100 })
  metadata?: Record<string, unknown>;

  @IsOmittable()
  @ValidateNested()
  @Type(() => ProbeFilterDto)
  filter?: ProbeFilterDto;
}

export class ProbeQueryDto {
  @IsOmittable()
  @IntQuery(1, 500)
  limit = 50;

  @IsOmittable()
  @BooleanQuery()
  full?: boolean;
}
