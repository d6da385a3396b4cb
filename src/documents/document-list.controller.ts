import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../platform/index.js';
import { DocumentAnswers } from './document-answers.js';
import { DocumentList } from './document-list.js';
import { DocumentPageDto } from './dto/document.dto.js';
import { DATABASE_UNAVAILABLE } from './dto/document.problems.js';
import { ListDocumentsDto } from './dto/list-documents.dto.js';

@ApiTags('Documents')
@Controller('documents')
export class DocumentListController {
  constructor(
    private readonly list: DocumentList,
    private readonly answers: DocumentAnswers,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List documents',
    description: 'Newest first, a page at a time. Answered by PostgreSQL, and checked against the engine: what was deleted is not shown.',
  })
  @ApiOkResponse({ type: DocumentPageDto })
  @ApiProblems('VALIDATION_FAILED', 'INVALID_CURSOR', DATABASE_UNAVAILABLE)
  async page(@Query() query: ListDocumentsDto): Promise<DocumentPageDto> {
    const { documents, nextCursor } = await this.list.page(query);
    return { items: documents.map((document) => this.answers.view(document)), next_cursor: nextCursor };
  }
}
