import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from './problem.dto.js';

export interface ProblemDescription {
  code: string;
  status: number;
  /** When it happens; shown as the example's detail. */
  description: string;
}

const EXAMPLE_REQUEST_ID = '1a7f2f0e-6f8e-4a55-9d1c-1f6a3a7b2c44';

/** Problems of the floor, which operations name by their code alone. */
const PLATFORM_PROBLEMS = {
  VALIDATION_FAILED: { status: 400, description: 'A property or parameter is missing, unknown or out of range.' },
  MALFORMED_JSON: { status: 400, description: 'The body is not one JSON object in UTF-8.' },
  INVALID_ID: { status: 400, description: 'The id in the path is no whole number from 1 to 2147483647.' },
  INVALID_CURSOR: { status: 400, description: 'The cursor is not one that this list gave.' },
  BODY_TOO_LARGE: { status: 413, description: 'The body is larger than this operation takes.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, description: 'The body has another type or charset than this operation takes.' },
} as const;

/**
 * Documents what an operation can answer with, an example each, by status: `@ApiProblems('INVALID_ID', { code: …, status: …,
 * description: … })`. What every operation can answer with (401, 403, 500) is added to the document for all.
 */
export function ApiProblems(...problems: (keyof typeof PLATFORM_PROBLEMS | ProblemDescription)[]): MethodDecorator & ClassDecorator {
  const described = problems.map((problem) => (typeof problem === 'string' ? { code: problem, ...PLATFORM_PROBLEMS[problem] } : problem));
  const statuses = [...new Set(described.map(({ status }) => status))];
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...statuses.map((status) => ApiResponse({ status, ...problemResponse(described.filter((problem) => problem.status === status)) })),
  );
}

/** One response of the OpenAPI document, for problems that share a status. */
export function problemResponse(problems: ProblemDescription[]) {
  const examples: Record<string, { summary: string; value: object }> = {};
  for (const { code, status, description } of problems) {
    const value = {
      type: `urn:hvs:problem:${code}`,
      title: titleOf(code),
      status,
      detail: description,
      code,
      request_id: EXAMPLE_REQUEST_ID,
    };
    examples[code] = { summary: code, value };
  }
  return {
    description: problems.map(({ code, description }) => `\`${code}\`: ${description}`).join('\n\n'),
    content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) }, examples } },
  };
}

function titleOf(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words[0].toUpperCase() + words.slice(1);
}
