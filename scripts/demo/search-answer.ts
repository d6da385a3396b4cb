/** The parts of the answer to a search that the demonstration reads. */
export interface Hit {
  score: number;
  document: { id: number; title: string; filename: string };
  chunk: { text: string; page_start: number; page_end: number };
}

export interface SearchAnswer {
  hits: Hit[];
}
