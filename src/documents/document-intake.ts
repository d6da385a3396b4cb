import { Injectable } from '@nestjs/common';
import { HttpConfig } from '../platform/index.js';
import type { AcceptResult } from '../store/index.js';
import { DocumentsService } from './documents.service.js';
import { UploadFormError, UploadTooLargeError } from './documents.errors.js';
import { TITLE_CHARACTERS_MAX, type UploadFormDto, type UploadTextDto } from './dto/upload.dto.js';
import { detectType } from './extractors/index.js';
import { parseMetadata } from './metadata.js';
import { OriginalFiles } from './originals/original-files.js';
import { fileNameFromTitle, titleFromFileName } from './upload/file-name.js';
import type { ReceivedUpload } from './upload/upload-receiver.js';
import { stageStream } from './upload/upload-storage.js';

const EXTENSIONS = { 'text/plain': '.txt', 'text/markdown': '.md', 'text/html': '.html' } as const;

/** What came in by HTTP, made into documents. */
@Injectable()
export class DocumentIntake {
  constructor(
    private readonly documents: DocumentsService,
    private readonly originals: OriginalFiles,
    private readonly http: HttpConfig,
  ) {}

  /** The type is decided by the bytes. Takes the staged file over when the document is accepted. */
  async takeUpload({ file, filename }: ReceivedUpload, form: UploadFormDto): Promise<AcceptResult> {
    const parsed = form.metadata === undefined ? { metadata: {} } : parseMetadata(form.metadata);
    if ('fault' in parsed) throw new UploadFormError(`metadata ${parsed.fault}`);
    const { mimeType } = await detectType(file.head, filename);
    return this.documents.accept(file, {
      ownerId: form.owner_id ?? null,
      title: form.title ?? null,
      provisionalTitle: titleFromFileName(filename, TITLE_CHARACTERS_MAX),
      filename,
      mimeType,
      metadata: parsed.metadata,
    });
  }

  /** Text becomes a file like any other: its original is the text in UTF-8. */
  async takeText(request: UploadTextDto): Promise<AcceptResult> {
    const bytes = Buffer.from(request.text);
    if (bytes.length > this.http.uploadBytesMax) throw new UploadTooLargeError(this.http.uploadBytesMax);
    const mimeType = request.mime_type ?? 'text/plain';
    const file = await stageStream([bytes], this.originals.temporaryFolder, (path) => this.originals.syncStaged(path));
    try {
      return await this.documents.accept(file, {
        ownerId: request.owner_id ?? null,
        title: request.title,
        provisionalTitle: request.title,
        filename: fileNameFromTitle(request.title, EXTENSIONS[mimeType]),
        mimeType,
        metadata: request.metadata ?? {},
      });
    } finally {
      await this.originals.discard(file.path);
    }
  }
}
