import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { IntQuery, IsCleanText, IsOmittable } from '../../platform/index.js';
import { DOCUMENT_STATUSES, type DocumentStatus } from './document.dto.js';
import { OWNER_CHARACTERS_MAX } from './upload.dto.js';

export class ListDocumentsDto {
  @ApiProperty({ required: false, example: 'support-team', maxLength: OWNER_CHARACTERS_MAX })
  @IsOmittable()
  @IsCleanText({ min: 1, max: OWNER_CHARACTERS_MAX })
  owner_id?: string;

  @ApiProperty({ required: false, enum: DOCUMENT_STATUSES })
  @IsOmittable()
  @IsIn(DOCUMENT_STATUSES)
  status?: DocumentStatus;

  @ApiProperty({ required: false, description: 'Part of the title or of the file name, in any case.', example: 'x200', maxLength: 200 })
  @IsOmittable()
  @IsCleanText({ min: 1, max: 200 })
  q?: string;

  @IsOmittable()
  @IntQuery(1, 500)
  limit = 50;

  @ApiProperty({ required: false, description: 'next_cursor of the page before, with the same parameters.' })
  @IsOmittable()
  @IsCleanText({ min: 1, max: 1000 })
  cursor?: string;
}
