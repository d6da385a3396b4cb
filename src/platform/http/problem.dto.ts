import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** RFC 9457 problem details: the one shape of all errors. */
@ApiSchema({ name: 'Problem' })
export class ProblemDto {
  @ApiProperty({ description: 'names the code as a URN', example: 'urn:hvs:problem:VALIDATION_FAILED' })
  type: string;

  @ApiProperty({ description: 'a few words, the same for every occurrence of the code', example: 'The request is not valid' })
  title: string;

  @ApiProperty({ type: 'integer', description: 'the HTTP status', example: 400 })
  status: number;

  @ApiProperty({
    description: 'what failed, which item, whether data is safe, and what to do next',
    example: 'top_k must be a whole number from 1 to 100. Nothing was changed. Correct the request and send it again.',
  })
  detail: string;

  @ApiProperty({ description: 'stable; branch on this', example: 'VALIDATION_FAILED' })
  code: string;

  @ApiProperty({ description: 'stands in the log and in the X-Request-Id header', example: '1a7f2f0e-6f8e-4a55-9d1c-1f6a3a7b2c44' })
  request_id: string;
}
