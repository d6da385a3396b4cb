/** Text to a unit-length Float32Array of the model's dimension: the same text, the same vector, always. */
export abstract class Embedder {
  /** Resolves when the model is loaded and its checksum is right; rejects with a StopError that says what to do. */
  abstract ready(): Promise<void>;
  /** Goes before every waiting document; the newest answers are kept. Text beyond the model's tokens is cut. */
  abstract embedQuery(text: string): Promise<Float32Array>;
  /** In the order of the calls, after all waiting queries. Rejects with TEXT_TOO_LONG instead of cutting anything. */
  abstract embedText(text: string): Promise<Float32Array>;
}
