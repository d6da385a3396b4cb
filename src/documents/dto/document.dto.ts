import { ApiProperty } from '@nestjs/swagger';
import type { JsonObject } from '../../store/index.js';

export const DOCUMENT_STATUSES = ['queued', 'processing', 'indexed', 'failed', 'unindexed'] as const;
export type DocumentStatus = (typeof DOCUMENT_STATUSES)[number];

export class ProgressDto {
  @ApiProperty({ enum: ['extracting', 'chunking', 'embedding', 'saving'], example: 'embedding' })
  stage: string;

  @ApiProperty({ description: 'Pages while extracting, chunks while embedding.', example: 12 })
  done: number;

  @ApiProperty({ description: '0 while it is not known yet.', example: 48 })
  total: number;
}

export class DocumentErrorDto {
  @ApiProperty({ example: 'PDF_PASSWORD_REQUIRED' })
  code: string;

  @ApiProperty({ description: 'What failed, and what to do next.' })
  detail: string;
}

export class DocumentWarningDto {
  @ApiProperty({ example: 'PAGES_WITHOUT_TEXT' })
  code: string;

  @ApiProperty({ example: '2 pages hold no text.' })
  detail: string;

  @ApiProperty({ type: [Number], required: false, example: [3, 4] })
  pages?: number[];
}

export class DocumentDto {
  @ApiProperty({ example: 7 })
  id: number;

  @ApiProperty({ type: String, nullable: true, example: 'support-team' })
  owner_id: string | null;

  @ApiProperty({ example: 'X200 user manual' })
  title: string;

  @ApiProperty({ description: 'As the user named it, cleaned; a label.', example: 'x200-manual.pdf' })
  filename: string;

  @ApiProperty({ description: 'Decided by the bytes.', example: 'application/pdf' })
  mime_type: string;

  @ApiProperty({ example: 48213 })
  size_bytes: number;

  @ApiProperty({ description: "Of the original's bytes.", example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  sha256: string;

  @ApiProperty({ enum: DOCUMENT_STATUSES, example: 'indexed' })
  status: DocumentStatus;

  @ApiProperty({ type: ProgressDto, nullable: true, description: 'Null when the document is not in work.' })
  progress: ProgressDto | null;

  @ApiProperty({ type: DocumentErrorDto, nullable: true, description: 'Why the document failed.' })
  error: DocumentErrorDto | null;

  @ApiProperty({ type: Number, nullable: true, example: 12 })
  page_count: number | null;

  @ApiProperty({ example: 48 })
  chunk_count: number;

  @ApiProperty({ type: Number, nullable: true, description: 'UTF-16 code units of the extracted text.', example: 30122 })
  char_count: number | null;

  @ApiProperty({ type: [DocumentWarningDto] })
  warnings: DocumentWarningDto[];

  @ApiProperty({ type: 'object', additionalProperties: true, example: { product: 'X200' } })
  metadata: JsonObject;

  @ApiProperty({ example: '2026-11-20T09:30:00.000Z' })
  created_at: string;

  @ApiProperty({ example: '2026-11-20T09:30:02.000Z' })
  updated_at: string;

  @ApiProperty({ type: String, nullable: true, example: '2026-11-20T09:30:02.000Z' })
  indexed_at: string | null;

  @ApiProperty({ required: false, description: 'True when the owner had these bytes already, and this is the document that was there.' })
  duplicate?: boolean;
}

export class DocumentPageDto {
  @ApiProperty({ type: [DocumentDto] })
  items: DocumentDto[];

  @ApiProperty({ type: String, nullable: true, description: 'For the next call; null on the last page.' })
  next_cursor: string | null;
}

export class DeletedDocumentDto {
  @ApiProperty({ example: 7 })
  document_id: number;

  @ApiProperty({ example: 48 })
  deleted_vectors: number;
}

export class TextPageDto {
  @ApiProperty({ example: 1 })
  page: number;

  @ApiProperty({ example: 0 })
  char_start: number;

  @ApiProperty({ description: 'Exclusive.', example: 2540 })
  char_end: number;
}

export class DocumentTextDto {
  @ApiProperty({ description: 'The extracted text that all spans point into, in UTF-16 code units.' })
  text: string;

  @ApiProperty({ type: [TextPageDto] })
  pages: TextPageDto[];
}
