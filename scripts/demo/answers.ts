/** The parts of the service's answers that the demonstration reads. */
export interface DocumentAnswer {
  id: number;
  filename: string;
  title: string;
  status: string;
  page_count: number | null;
  chunk_count: number;
  error: { code: string; detail: string } | null;
}

export interface Hit {
  score: number;
  document: { id: number; title: string; filename: string };
  chunk: { text: string; page_start: number; page_end: number };
}

export interface SearchAnswer {
  hits: Hit[];
}
