/** What the main thread and the embedding worker say to each other. */

export interface WorkerSettings {
  /** Absolute. */
  modelFolder: string;
  /** Floats a vector. */
  dimension: number;
  /** Tokens the model reads, special tokens included. */
  tokensMax: number;
  threads: number;
}

/** The lane that a text waits in: every waiting query goes before every waiting text. */
export type Lane = 'query' | 'text';

export type WorkerRequest = { kind: Lane; id: number; text: string } | { kind: 'close' };

export type WorkerReply =
  | { kind: 'ready' }
  /** The model could not be loaded, or is not the one that the settings describe. */
  | { kind: 'unusable'; reason: string }
  | { kind: 'vector'; id: number; vector: Float32Array }
  | { kind: 'too-long'; id: number; tokens: number }
  | { kind: 'failed'; id: number; reason: string };
