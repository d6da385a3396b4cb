import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { BooleanQuery, IsCleanText, IsOmittable } from '../../platform/index.js';
import type { JsonObject } from '../../store/index.js';
import { IsMetadata } from './is-metadata.js';

export const OWNER_CHARACTERS_MAX = 200;
export const TITLE_CHARACTERS_MAX = 500;
export const TEXT_MIME_TYPES = ['text/plain', 'text/markdown', 'text/html'] as const;
/** JSON is parsed in one piece; what is longer comes as a file, which is streamed. */
export const TEXT_JSON_BYTES_MAX = 16 * 1024 * 1024;

/** The form's fields beside its file. */
export class UploadFormDto {
  @ApiProperty({
    description: 'Whose document it is; the same bytes are one document an owner.',
    minLength: 1,
    maxLength: OWNER_CHARACTERS_MAX,
  })
  @IsOmittable()
  @IsCleanText({ min: 1, max: OWNER_CHARACTERS_MAX })
  owner_id?: string;

  @ApiProperty({ description: 'Without it the title is found in the file.', minLength: 1, maxLength: TITLE_CHARACTERS_MAX })
  @IsOmittable()
  @IsCleanText({ max: TITLE_CHARACTERS_MAX, filled: true })
  title?: string;

  @ApiProperty({ description: 'A JSON object of at most 64 KB, nested at most 16 deep.', example: '{"product":"X200"}' })
  @IsOmittable()
  @IsCleanText({ max: 262_144 })
  metadata?: string;
}

export class UploadTextDto {
  @ApiProperty({ example: 'Resetting the X200', minLength: 1, maxLength: TITLE_CHARACTERS_MAX })
  @IsCleanText({ max: TITLE_CHARACTERS_MAX, filled: true })
  title: string;

  @ApiProperty({ example: 'Hold the power button for ten seconds. The lamp blinks twice, and the X200 starts with its factory settings.' })
  @IsCleanText({ max: TEXT_JSON_BYTES_MAX, filled: true })
  text: string;

  @ApiProperty({ required: false, example: 'support-team', minLength: 1, maxLength: OWNER_CHARACTERS_MAX })
  @IsOmittable()
  @IsCleanText({ min: 1, max: OWNER_CHARACTERS_MAX })
  owner_id?: string;

  @ApiProperty({ selfRequired: false, type: 'object', additionalProperties: true, example: { product: 'X200' } })
  @IsOmittable()
  @IsMetadata()
  metadata?: JsonObject;

  @ApiProperty({ required: false, enum: TEXT_MIME_TYPES, default: 'text/plain' })
  @IsOmittable()
  @IsIn(TEXT_MIME_TYPES)
  mime_type?: (typeof TEXT_MIME_TYPES)[number];
}

export class WaitQueryDto {
  @IsOmittable()
  @BooleanQuery()
  wait?: boolean;
}

/** For the documentation: with a binary file Swagger UI offers a file to choose. */
export const UPLOAD_FORM_SCHEMA = {
  type: 'object',
  required: ['file'],
  properties: {
    file: { type: 'string', format: 'binary', description: 'PDF, plain text (UTF-8, or UTF-16 with a byte order mark), Markdown or HTML.' },
    owner_id: { type: 'string', minLength: 1, maxLength: OWNER_CHARACTERS_MAX, example: 'support-team' },
    title: { type: 'string', minLength: 1, maxLength: TITLE_CHARACTERS_MAX, example: 'X200 user manual' },
    metadata: { type: 'string', description: 'A JSON object of at most 64 KB, nested at most 16 deep.', example: '{"product":"X200"}' },
  },
};
