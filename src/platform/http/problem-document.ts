import type { Problem } from '../errors/problem.js';

/** RFC 9457. `type` names the code and leads nowhere; the README tells what to do about each. */
export function problemDocument(problem: Problem, requestId: string): Record<string, unknown> {
  return {
    ...problem.members,
    type: `urn:hvs:problem:${problem.code}`,
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    code: problem.code,
    request_id: requestId,
  };
}

export const PROBLEM_TYPE = 'application/problem+json';
