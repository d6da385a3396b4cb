import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import {
  ApiProblems,
  checkContentType,
  hasBody,
  type HttpServerAdapter,
  standsStillWhile,
  UnsupportedMediaTypeError,
} from '../../platform/index.js';
import { VectorStore } from '../../store/index.js';
import { AnswerLines } from './answer-lines.js';
import { BodyLost, bodyPieces } from './body-pieces.js';
import { NDJSON_TYPE } from './export-format.js';
import { ImportBudget } from './import-budget.js';
import { ImportRun } from './import-run.js';
import { ImportedDocuments } from './imported-documents.js';
import { LineReader } from './line-reader.js';
import { IMPORT_ANSWER_EXAMPLE, IMPORT_EXAMPLE } from './transfer.examples.js';
import { IMPORT_LINE_PROBLEMS } from './transfer.problems.js';

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

@ApiTags('Import and export')
@Controller('import')
export class ImportController {
  constructor(
    private readonly store: VectorStore,
    private readonly documents: ImportedDocuments,
    private readonly budget: ImportBudget,
    private readonly host: HttpAdapterHost<HttpServerAdapter>,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Documents from NDJSON',
    description:
      'A document a line, as GET /export writes them; a header line is not needed. Only `title` and the `text` of each chunk are. A `vector` is base64 of little-endian float32 or an array of numbers; where it is missing the text is embedded here. ' +
      "Another model's vectors are refused (`embedding_model` of a line or of the header), vectors of another length than 1 are normalised and counted. " +
      'A line makes a new document, unless its owner has its `sha256` (without one: the hash of title and texts): then it is answered as `duplicate`, so that an import which was cut off can be sent again. ' +
      'The answer comes line by line, each as soon as its document is durable and not always in the order of the lines, at last the sum; read it while you send. ' +
      'A line that is refused is answered with its problem and concerns no other. A line may have 64 MB; the body may be of any length.',
  })
  @ApiConsumes(NDJSON_TYPE)
  @ApiProduces(NDJSON_TYPE)
  @ApiBody({ required: false, schema: { type: 'string', example: IMPORT_EXAMPLE } })
  @ApiOkResponse({ description: 'A line for each document, then the sum.', schema: { type: 'string', example: IMPORT_ANSWER_EXAMPLE } })
  @ApiProblems('UNSUPPORTED_MEDIA_TYPE', ...IMPORT_LINE_PROBLEMS)
  async import(@Req() request: Request, @Res() response: Response): Promise<void> {
    checkHead(request);
    const left = new AbortController();
    response.once('close', () => left.abort(new BodyLost('The client has gone')));
    const stop = this.host.httpAdapter.stopSignal;
    try {
      const body = await withoutGzip(bodyPieces(request, stop));
      response.status(200).setHeader('Content-Type', NDJSON_TYPE);
      response.flushHeaders();
      const run = new ImportRun({
        documents: this.documents,
        budget: this.budget,
        reader: new LineReader(this.store),
        answers: new AnswerLines(response),
        requestId: response.getHeader('X-Request-Id') as string,
        left: left.signal,
      });
      // A client may wait for what it has sent before it sends more.
      standsStillWhile(request, () => run.documentsInWork > 0);
      await run.run(body, stop);
      // After a stop: an end of the connection would take the answer from a client that still sends.
      request.resume();
    } catch (error) {
      // There is nobody to answer; what was acknowledged is stored.
      if (!(error instanceof BodyLost) && !left.signal.aborted) throw error;
      response.destroy();
    }
  }
}

function checkHead(request: Request): void {
  if (!hasBody(request)) return;
  const { 'content-type': type, 'content-encoding': encoding = 'identity' } = request.headers;
  checkContentType(type, [NDJSON_TYPE]);
  const charset = /;\s*charset\s*=\s*"?([^";]*)/i.exec(type ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset.trim()))
    throw new UnsupportedMediaTypeError(`The body has the charset ${charset.slice(0, 50)}`, 'UTF-8');
  if (encoding.toLowerCase() !== 'identity') throw packed(encoding.slice(0, 50));
}

/** A packed file that says nothing of it, such as `curl -T export.ndjson.gz` sends it, is known by its first bytes. */
async function withoutGzip(pieces: AsyncGenerator<Buffer>): Promise<AsyncIterable<Buffer>> {
  const first = await pieces.next();
  if (!first.done && first.value.subarray(0, 2).equals(GZIP_MAGIC)) throw packed('gzip');
  return (async function* () {
    if (!first.done) yield first.value;
    yield* pieces;
  })();
}

const packed = (encoding: string): UnsupportedMediaTypeError =>
  new UnsupportedMediaTypeError(
    `The body has the content encoding ${encoding}`,
    'NDJSON that is not packed (gunzip -c file | curl -T - …)',
  );
