import { ApiProblems, type ProblemDescription } from '../platform/index.js';

export const modeNotAvailable: ProblemDescription = {
  code: 'MODE_NOT_AVAILABLE',
  status: 400,
  description: 'This version does not search in that mode; `available_modes` lists those that it has.',
};
const queryOrVector: ProblemDescription = {
  code: 'QUERY_OR_VECTOR',
  status: 400,
  description: 'The search holds both `query` and `vector`, or neither.',
};
const invalidVector: ProblemDescription = {
  code: 'INVALID_VECTOR',
  status: 400,
  description: 'The vector has another dimension than the index, a value that is no finite number (its `index` is named), or is all zeros.',
};

/** What a search that is posted can answer with. */
export const ApiPostedSearchProblems = (): MethodDecorator =>
  ApiProblems(
    'VALIDATION_FAILED',
    'MALFORMED_JSON',
    queryOrVector,
    invalidVector,
    modeNotAvailable,
    'BODY_TOO_LARGE',
    'UNSUPPORTED_MEDIA_TYPE',
  );
