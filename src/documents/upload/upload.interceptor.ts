import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { UploadReceiver, type ReceivedUpload } from './upload-receiver.js';

/**
 * Takes the upload in before the operation is called: its file for `@UploadedFile()`, its fields for `@Body()`. Whatever
 * comes of the call, what is left of the file in `tmp/` is removed before it is answered.
 */
@Injectable()
export class UploadInterceptor implements NestInterceptor {
  constructor(private readonly receiver: UploadReceiver) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    const http = context.switchToHttp();
    return from(this.handle(http.getRequest<Request>(), http.getResponse<Response>(), next));
  }

  private async handle(request: Request, response: Response, next: CallHandler<unknown>): Promise<unknown> {
    const upload: ReceivedUpload = await this.receiver.receive(request, response);
    try {
      Object.assign(request, { file: upload, body: upload.fields });
      return await lastValueFrom(next.handle());
    } finally {
      await this.receiver.discard(upload);
    }
  }
}
