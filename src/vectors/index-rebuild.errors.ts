import { Problem } from '../platform/index.js';

export class RebuildRunningError extends Problem {
  constructor({ source, done, total }: { source: string | null; done: number; total: number }) {
    super(
      { code: 'REBUILD_RUNNING', status: 409, title: 'The index is being rebuilt already' },
      `A rebuild from ${source === 'text' ? 'the stored texts' : 'the database'} is at ${done} of ${total} vectors. Nothing was begun, and that one goes on. GET /index/rebuild says when it is done.`,
    );
  }
}

/** Why a rebuild came to nothing, as its progress says it: nobody waits for a rebuild. */
export function rebuildFailure(error: unknown): { code: string; detail: string } {
  if (error instanceof Problem) return { code: error.code, detail: error.detail };
  return { code: 'REBUILD_FAILED', detail: error instanceof Error ? error.message : String(error) };
}
