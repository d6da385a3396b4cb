import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { pipeline } from 'node:stream/promises';
import type { ReadableText } from '../chunking/index.js';
import { ApiProblems, ParseIdPipe } from '../platform/index.js';
import { VectorStore } from '../store/index.js';
import { attachmentDisposition } from './content-disposition.js';
import { DocumentAnswers } from './document-answers.js';
import { textFromChunks } from './document-text.js';
import { NoOriginalError, NoTextError, OriginalLostError } from './documents.errors.js';
import { DocumentTextDto } from './dto/document.dto.js';
import * as problems from './dto/document.problems.js';
import { ExtractedTexts } from './originals/extracted-texts.js';
import { OriginalFiles } from './originals/original-files.js';

/** What a document holds: its original bytes, and the text that was read out of them. */
@ApiTags('Documents')
@Controller('documents')
export class DocumentContentController {
  constructor(
    private readonly store: VectorStore,
    private readonly originals: OriginalFiles,
    private readonly texts: ExtractedTexts,
    private readonly answers: DocumentAnswers,
  ) {}

  @Get(':id/file')
  @ApiOperation({ summary: 'The original file', description: 'The bytes as they were uploaded, as an attachment.' })
  @ApiParam({ name: 'id', type: 'integer', example: 7 })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ description: 'The original.', schema: { type: 'string', format: 'binary' } })
  @ApiProblems('INVALID_ID', problems.DOCUMENT_NOT_FOUND, problems.NO_ORIGINAL, problems.ORIGINAL_LOST)
  async file(@Param('id', ParseIdPipe) id: number, @Res() response: Response): Promise<void> {
    const { sha256, sizeBytes, filename, mimeType } = this.store.getDocument(id);
    if (sizeBytes === 0) throw new NoOriginalError(id);
    const file = await this.originals.open(sha256, sizeBytes);
    if (!file) throw new OriginalLostError(id, filename);
    // Express's own `set` would add a charset, which nobody has looked at.
    response.setHeader('Content-Type', mimeType);
    response.setHeader('Content-Length', sizeBytes);
    response.setHeader('Content-Disposition', attachmentDisposition(filename));
    response.setHeader('X-Content-Type-Options', 'nosniff');
    // Closes the file, too, when the client leaves in the middle; then there is nobody to answer.
    await pipeline(file.createReadStream(), response).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    });
  }

  @Get(':id/text')
  @ApiOperation({
    summary: 'The extracted text',
    description: 'The text that char_start and char_end of every chunk point into, and where its pages stand.',
  })
  @ApiParam({ name: 'id', type: 'integer', example: 7 })
  @ApiOkResponse({ type: DocumentTextDto })
  @ApiProblems('INVALID_ID', problems.DOCUMENT_NOT_FOUND, problems.NO_TEXT)
  async text(@Param('id', ParseIdPipe) id: number): Promise<DocumentTextDto> {
    const { text, pages } = (await this.keptText(id)) ?? (await this.textFromChunks(id));
    return { text, pages: pages.map(({ page, charStart, charEnd }) => ({ page, char_start: charStart, char_end: charEnd })) };
  }

  /** A newer text may take the place of the one that is about to be read: then that one counts. */
  private async keptText(id: number): Promise<ReadableText | null> {
    for (;;) {
      const { textGeneration } = this.store.getDocument(id);
      if (textGeneration === null) return null;
      const kept = await this.texts.read(id, textGeneration);
      if (kept || this.store.getDocument(id).textGeneration === textGeneration) return kept;
    }
  }

  private async textFromChunks(id: number): Promise<ReturnType<typeof textFromChunks>> {
    const chunks = await this.store.readChunks(id);
    if (chunks.length === 0) throw new NoTextError(id, this.answers.view(this.store.getDocument(id)).status);
    return textFromChunks(chunks);
  }
}
