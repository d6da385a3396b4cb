/** The parts of the service's answers that an evaluation reads. */
export interface EvaluatedHit {
  score: number;
  document: { id: number; filename: string; metadata: Record<string, unknown> };
  chunk: { page_start: number; page_end: number };
}

export interface SearchAnswer {
  hits: EvaluatedHit[];
  /** Milliseconds by stage. */
  took_ms: { embedding: number; total: number };
}

export const MODES = ['vector', 'keyword', 'hybrid'] as const;
export type Mode = (typeof MODES)[number];
