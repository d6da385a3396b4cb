import { ApiProperty } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';
import { IsCleanText, IsOmittable } from '../../platform/index.js';
import type { JsonObject } from '../../store/index.js';
import { IsMetadata } from './is-metadata.js';
import { OWNER_CHARACTERS_MAX, TITLE_CHARACTERS_MAX } from './upload.dto.js';

/** At least one property; what is left out stays as it is. */
export class ChangeDocumentDto {
  @ApiProperty({ required: false, example: 'X200 user manual', minLength: 1, maxLength: TITLE_CHARACTERS_MAX })
  @IsOmittable()
  @IsCleanText({ max: TITLE_CHARACTERS_MAX, filled: true })
  title?: string;

  @ApiProperty({
    selfRequired: false,
    type: 'object',
    additionalProperties: true,
    description: 'Replaces what is there, whole.',
    example: { product: 'X200' },
  })
  @IsOmittable()
  @IsMetadata()
  metadata?: JsonObject;

  @ApiProperty({
    required: false,
    type: String,
    nullable: true,
    description: 'Null: nobody owns it.',
    example: 'support-team',
    maxLength: OWNER_CHARACTERS_MAX,
  })
  @ValidateIf((_change, value) => value !== undefined && value !== null)
  @IsCleanText({ min: 1, max: OWNER_CHARACTERS_MAX })
  owner_id?: string | null;
}
