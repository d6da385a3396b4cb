import type { ProblemDescription } from '../../platform/index.js';

/** What a line of an import can be answered with; the call as a whole is 200 then. */
export const IMPORT_LINE_PROBLEMS: ProblemDescription[] = [
  { code: 'MALFORMED_JSON', status: 400, description: 'In the answer to a line: it is no JSON object in UTF-8.' },
  { code: 'VALIDATION_FAILED', status: 400, description: 'In the answer to a line: a property is missing, unknown or out of range.' },
  {
    code: 'INVALID_VECTOR',
    status: 400,
    description: 'In the answer to a line: a vector has a wrong size, is all zero, or holds what is no finite number.',
  },
  { code: 'UNKNOWN_EXPORT_FORMAT', status: 400, description: 'In the answer to a line: its header is one that this version cannot read.' },
  {
    code: 'FOREIGN_VECTORS',
    status: 409,
    description: "In the answer to a line: its vectors are another model's, or of another dimension.",
  },
  { code: 'LINE_TOO_LARGE', status: 413, description: 'In the answer to a line: it has more than 64 MB.' },
  {
    code: 'SHUTTING_DOWN',
    status: 503,
    description: 'In the answer to a line: the service is stopping; it and all behind it were not read.',
  },
  { code: 'STORAGE_FULL', status: 507, description: 'In the answer to a line: the disk is full. The next line is tried anew.' },
];
