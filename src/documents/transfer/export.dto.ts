import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { BooleanQuery, IsCleanText, IsOmittable, parseId } from '../../platform/index.js';
import { OWNER_CHARACTERS_MAX } from '../dto/upload.dto.js';

/** `1,2,3` as numbers; what is not made of ids stays as it came, to be refused. */
const toIds = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  const ids = value.split(',').map((part) => parseId(part.trim()));
  return ids.includes(null) ? value : ids;
};

export class ExportQueryDto {
  @ApiProperty({ required: false, description: 'Documents of this owner alone.', example: 'support-team', maxLength: OWNER_CHARACTERS_MAX })
  @IsOmittable()
  @IsCleanText({ min: 1, max: OWNER_CHARACTERS_MAX })
  owner_id?: string;

  @ApiProperty({ required: false, type: String, description: 'These documents alone: ids, separated by commas.', example: '7,12' })
  @IsOmittable()
  @Transform(({ value }: { value: unknown }) => toIds(value))
  @ValidateBy({
    name: 'isIdList',
    validator: { validate: (value: unknown) => Array.isArray(value), defaultMessage: () => '$property must be ids, separated by commas' },
  })
  document_ids?: number[];

  @ApiProperty({ description: 'With each chunk its vector, so that the import needs no model.', example: true })
  @IsOmittable()
  @BooleanQuery()
  vectors?: boolean;
}
