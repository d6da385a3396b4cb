import {
  BadRequestException,
  Body,
  Controller,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Query,
  Req,
  Res,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { ApiConsumes } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProblems, decodeCursor, JsonBytesMax, ParseIdPipe, Problem } from '../../src/platform/index.js';
import { ProbeDto, ProbeQueryDto } from './probe.dto.js';

/** One operation for each way in which a request can be taken or go wrong. */
@Controller('probe')
export class ProbeController {
  @Post('json')
  @HttpCode(200)
  @ApiProblems('VALIDATION_FAILED', 'MALFORMED_JSON', { code: 'PROBE_BUSY', status: 503, description: 'The probe is in use.' })
  json(@Body() body: ProbeDto): ProbeDto {
    return body;
  }

  @Post('long')
  @HttpCode(200)
  @JsonBytesMax(5_000_000)
  long(@Body() body: ProbeDto): { length: number } {
    return { length: body.name.length };
  }

  @Post('upload')
  @HttpCode(200)
  @ApiConsumes('multipart/form-data')
  @UseInterceptors(FileInterceptor('file', { limits: { fileSize: 1000, files: 1 } }))
  upload(@Body() _body: object, @UploadedFile() file?: Express.Multer.File): { size: number | null } {
    return { size: file?.size ?? null };
  }

  @Post('stream')
  @HttpCode(200)
  async stream(@Req() request: Request): Promise<{ bytes: number; parsed: boolean }> {
    let bytes = 0;
    for await (const chunk of request) bytes += (chunk as Buffer).length;
    return { bytes, parsed: request.body !== undefined };
  }

  @Get('list')
  list(@Query() query: ProbeQueryDto): ProbeQueryDto {
    return query;
  }

  @Get('cursor/:cursor')
  cursor(@Param('cursor') cursor: string): object {
    return decodeCursor<{ after: number }>(cursor, (place) => typeof place.after === 'number');
  }

  @Get('item/:id')
  item(@Param('id', ParseIdPipe) id: number): { id: number; type: string } {
    return { id, type: typeof id };
  }

  @Get('problem')
  problem(): never {
    throw new Problem({ code: 'PROBE_AWAY', status: 503, title: 'Away' }, 'Away for a while.', {
      headers: { 'Retry-After': '7' },
      members: { probe_id: 3, status: 200 },
    });
  }

  @Get('missing')
  missing(): never {
    throw new NotFoundException('No such probe');
  }

  @Get('bad')
  bad(): never {
    throw new BadRequestException('Not like this.');
  }

  @Get('crash')
  crash(): never {
    throw new TypeError('the secret of the house');
  }

  @Get('half')
  async half(@Res() response: Response): Promise<never> {
    response.setHeader('Content-Disposition', 'attachment');
    response.write('half of it');
    await sleep(50);
    throw new Error('the other half is missing');
  }

  @Get('slow')
  async slow(): Promise<{ done: boolean }> {
    await sleep(400);
    return { done: true };
  }
}
