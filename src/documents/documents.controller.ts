import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  Patch,
  Post,
  Query,
  Res,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiProblems, JsonBytesMax, ParseIdPipe } from '../platform/index.js';
import { VectorStore } from '../store/index.js';
import { DocumentAnswers } from './document-answers.js';
import { DocumentIntake } from './document-intake.js';
import { DocumentsService } from './documents.service.js';
import { NothingToChangeError } from './documents.errors.js';
import { ChangeDocumentDto } from './dto/change-document.dto.js';
import { DeletedDocumentDto, DocumentDto } from './dto/document.dto.js';
import * as problems from './dto/document.problems.js';
import { TEXT_JSON_BYTES_MAX, UPLOAD_FORM_SCHEMA, UploadFormDto, UploadTextDto, WaitQueryDto } from './dto/upload.dto.js';
import { UploadInterceptor } from './upload/upload.interceptor.js';
import type { ReceivedUpload } from './upload/upload-receiver.js';

const QUEUED = 'Durable and queued: document and original survive a crash in the next instant.';
const INDEXED = 'With wait=true: indexed, and found by searches.';
const ALREADY_THERE = 'The owner has these bytes already: the document that is there, with "duplicate": true.';

@ApiTags('Documents')
@Controller('documents')
export class DocumentsController {
  constructor(
    private readonly store: VectorStore,
    private readonly documents: DocumentsService,
    private readonly intake: DocumentIntake,
    private readonly answers: DocumentAnswers,
  ) {}

  @Post()
  @UseInterceptors(UploadInterceptor)
  @ApiOperation({
    summary: 'Upload a document',
    description:
      'Takes a PDF, plain text, Markdown or HTML file (decided by its bytes), keeps it, and queues it to be read, cut into chunks and embedded. ' +
      'GET /documents/{id} shows how far it is; wait=true answers when it is done, after 120 s at the latest.',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: UPLOAD_FORM_SCHEMA })
  @ApiAcceptedResponse({ type: DocumentDto, description: QUEUED })
  @ApiCreatedResponse({ type: DocumentDto, description: INDEXED })
  @ApiOkResponse({ type: DocumentDto, description: ALREADY_THERE })
  @ApiProblems(
    'VALIDATION_FAILED',
    problems.FILE_REQUIRED,
    problems.EMPTY_FILE,
    problems.ONE_FILE_ONLY,
    problems.UPLOAD_FORM_INVALID,
    problems.UPLOAD_CUT_OFF,
    problems.UPLOAD_TOO_LARGE,
    'UNSUPPORTED_MEDIA_TYPE',
    problems.UNSUPPORTED_TYPE,
    problems.WAITED_AND_FAILED,
    problems.STORAGE_FULL,
  )
  async upload(
    @UploadedFile() upload: ReceivedUpload,
    @Body() form: UploadFormDto,
    @Query() query: WaitQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DocumentDto> {
    return this.answers.answerUpload(await this.intake.takeUpload(upload, form), query.wait === true, response);
  }

  @Post('text')
  @JsonBytesMax(TEXT_JSON_BYTES_MAX)
  @ApiOperation({
    summary: 'Store a text as a document',
    description: 'As an upload, for text that is at hand as such. Its original is the text in UTF-8.',
  })
  @ApiBody({ type: UploadTextDto })
  @ApiAcceptedResponse({ type: DocumentDto, description: QUEUED })
  @ApiCreatedResponse({ type: DocumentDto, description: INDEXED })
  @ApiOkResponse({ type: DocumentDto, description: ALREADY_THERE })
  @ApiProblems(
    'VALIDATION_FAILED',
    'MALFORMED_JSON',
    'BODY_TOO_LARGE',
    problems.UPLOAD_TOO_LARGE,
    'UNSUPPORTED_MEDIA_TYPE',
    problems.WAITED_AND_FAILED,
    problems.STORAGE_FULL,
  )
  async uploadText(
    @Body() text: UploadTextDto,
    @Query() query: WaitQueryDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DocumentDto> {
    return this.answers.answerUpload(await this.intake.takeText(text), query.wait === true, response);
  }

  @Get(':id')
  @ApiOperation({
    summary: 'A document',
    description: 'Its state as the engine has it: exact at once after each change, also while PostgreSQL is away.',
  })
  @ApiParam({ name: 'id', type: 'integer', example: 7 })
  @ApiOkResponse({ type: DocumentDto })
  @ApiProblems('INVALID_ID', problems.DOCUMENT_NOT_FOUND)
  get(@Param('id', ParseIdPipe) id: number): DocumentDto {
    return this.answers.view(this.store.getDocument(id));
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change title, metadata or owner',
    description:
      'What is left out stays. A new title is embedded with every chunk, so it queues the document again; until that is done the old vectors answer.',
  })
  @ApiParam({ name: 'id', type: 'integer', example: 7 })
  @ApiBody({ type: ChangeDocumentDto })
  @ApiOkResponse({ type: DocumentDto })
  @ApiProblems(
    'INVALID_ID',
    'VALIDATION_FAILED',
    'MALFORMED_JSON',
    'BODY_TOO_LARGE',
    problems.DOCUMENT_NOT_FOUND,
    problems.DUPLICATE_DOCUMENT,
    'UNSUPPORTED_MEDIA_TYPE',
    problems.STORAGE_FULL,
  )
  async change(@Param('id', ParseIdPipe) id: number, @Body() body: ChangeDocumentDto): Promise<DocumentDto> {
    const { title, metadata, owner_id: ownerId } = body;
    const change = {
      ...(title === undefined ? {} : { title }),
      ...(metadata === undefined ? {} : { metadata }),
      ...(ownerId === undefined ? {} : { ownerId }),
    };
    if (Object.keys(change).length === 0) throw new NothingToChangeError();
    return this.answers.view(await this.documents.change(id, change));
  }

  @Post(':id/reindex')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    summary: 'Read, chunk and embed again',
    description:
      'From the original; an imported document has none, and its stored chunks are embedded again as they are. The vectors that are there answer searches until the new ones are saved.',
  })
  @ApiParam({ name: 'id', type: 'integer', example: 7 })
  @ApiAcceptedResponse({ type: DocumentDto })
  @ApiProblems('INVALID_ID', problems.DOCUMENT_NOT_FOUND, problems.STORAGE_FULL)
  async reindex(@Param('id', ParseIdPipe) id: number): Promise<DocumentDto> {
    return this.answers.view(await this.documents.reindex(id));
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Delete a document',
    description: 'The document, its chunks, vectors and file are gone from every search when the call returns.',
  })
  @ApiParam({ name: 'id', type: 'integer', example: 7 })
  @ApiOkResponse({ type: DeletedDocumentDto })
  @ApiProblems('INVALID_ID', problems.DOCUMENT_NOT_FOUND, problems.STORAGE_FULL)
  async delete(@Param('id', ParseIdPipe) id: number): Promise<DeletedDocumentDto> {
    const { deletedVectors } = await this.documents.delete(id);
    return { document_id: id, deleted_vectors: deletedVectors };
  }
}
