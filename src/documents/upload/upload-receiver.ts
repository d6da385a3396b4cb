import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import multer, { MulterError } from 'multer';
import { FileError, HttpConfig, Problem } from '../../platform/index.js';
import {
  EmptyFileError,
  FileRequiredError,
  FileStorageFullError,
  OneFileOnlyError,
  UploadCutOffError,
  UploadFormError,
  UploadTooLargeError,
} from '../documents.errors.js';
import { OriginalFiles } from '../originals/original-files.js';
import { cleanFileName } from './file-name.js';
import { FORM_OVERHEAD_BYTES_MAX, UploadBody } from './upload-body.js';
import { UploadStorage, type StagedFile } from './upload-storage.js';

export interface ReceivedUpload {
  file: StagedFile;
  /** Cleaned: a label, no path. */
  filename: string;
  /** The form's other fields, as they came. */
  fields: Record<string, unknown>;
}

interface ReceivedForm {
  file?: Express.Multer.File;
  body: Record<string, unknown>;
}

/** Fields beside the file: owner_id, title, metadata, and room for one more that is then named in the refusal. */
const FIELDS_MAX = 4;
const FIELD_BYTES_MAX = 256 * 1024;

/** Takes an upload's body in, within all limits. What is refused leaves no file and no descriptor. */
@Injectable()
export class UploadReceiver {
  constructor(
    private readonly http: HttpConfig,
    private readonly originals: OriginalFiles,
  ) {}

  /** @throws a Problem; whoever gets an upload discards it in the end */
  async receive(request: Request, response: Response): Promise<ReceivedUpload> {
    const storage = new UploadStorage(this.originals.temporaryFolder, (path) => this.originals.syncStaged(path));
    let body: UploadBody | null = null;
    try {
      this.checkHead(request);
      body = new UploadBody(request, this.http.uploadBytesMax);
      return await this.check(await this.readForm(body, response, storage));
    } catch (error) {
      body?.abandon();
      await storage.settled();
      throw this.asProblem(error);
    }
  }

  /** Removes what is still in `tmp/` of it. */
  async discard(upload: ReceivedUpload): Promise<void> {
    await this.originals.discard(upload.file.path);
  }

  private readForm(body: UploadBody, response: Response, storage: UploadStorage): Promise<ReceivedForm> {
    const middleware = multer({
      storage,
      defParamCharset: 'utf8',
      limits: {
        files: 1,
        fields: FIELDS_MAX,
        parts: FIELDS_MAX + 2,
        fileSize: this.http.uploadBytesMax,
        fieldSize: FIELD_BYTES_MAX,
        fieldNameSize: 100,
        headerPairs: 32,
      },
    }).single('file');
    // Multer needs of a request its headers and its stream, and leaves `file` and `body` on it.
    const form = body as unknown as Request & ReceivedForm;
    return new Promise((resolve, reject) => {
      middleware(form, response, (error?: unknown) => {
        if (error) reject(error instanceof Error ? error : new Error('the parser of uploads failed', { cause: error }));
        else resolve(form);
      });
    });
  }

  private checkHead(request: Request): void {
    // Another type was refused before; a request without any body comes as far as this.
    if (!request.is('multipart/form-data')) throw new FileRequiredError();
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > this.http.uploadBytesMax + FORM_OVERHEAD_BYTES_MAX) {
      throw new UploadTooLargeError(this.http.uploadBytesMax);
    }
  }

  private async check(form: ReceivedForm): Promise<ReceivedUpload> {
    if (!form.file) throw new FileRequiredError();
    // Such a field would get lost on its way to the form's own checks, and must not pass unseen.
    const inherited = Object.keys(form.body).find((name) => name in Object.prototype);
    const upload = {
      file: form.file as unknown as StagedFile,
      filename: cleanFileName(form.file.originalname),
      fields: { ...form.body },
    };
    if (upload.file.sizeBytes > 0 && inherited === undefined) return upload;
    await this.discard(upload);
    throw inherited === undefined ? new EmptyFileError(upload.filename) : new UploadFormError(`there is no field ${inherited}`);
  }

  private asProblem(error: unknown): Problem | Error {
    if (error instanceof Problem) return error;
    if (error instanceof MulterError) return this.limitProblem(error);
    if (!(error instanceof Error)) return new UploadFormError('its body could not be read', error);
    if (error instanceof FileError) return error.isOutOfSpace ? new FileStorageFullError(error.path, error) : error;
    // Whatever else comes from here is the parser's word on the body.
    if (error.message === 'Unexpected end of form') return new UploadCutOffError(error);
    return new UploadFormError(`its body is not well-formed multipart/form-data (${error.message})`, error);
  }

  private limitProblem(error: MulterError): Problem {
    const field = error.field ? `the field "${cleanFileName(error.field).slice(0, 100)}"` : 'a field';
    switch (error.code) {
      case 'LIMIT_FILE_SIZE':
        return new UploadTooLargeError(this.http.uploadBytesMax);
      case 'LIMIT_FILE_COUNT':
        return new OneFileOnlyError();
      case 'LIMIT_UNEXPECTED_FILE':
        return error.field === 'file'
          ? new OneFileOnlyError()
          : new UploadFormError(`${field} holds a file, which belongs into "file"`, error);
      case 'LIMIT_FIELD_VALUE':
        return new UploadFormError(`${field} is longer than ${FIELD_BYTES_MAX} bytes`, error);
      default:
        return new UploadFormError(`${field} is refused: ${error.message.toLowerCase()}`, error);
    }
  }
}
