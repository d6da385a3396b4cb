import type { Embedder } from '../../embedding/index.js';

/** Texts that the model has at once: while one is embedded the next is with it already, so that it never waits for us. */
const TEXTS_WITH_MODEL = 2;

/**
 * The texts' vectors one behind another, texts.length × dimension floats.
 *
 * @param onDone how many are done, after each
 */
export async function embedInOrder(
  embedder: Embedder,
  texts: readonly string[],
  dimension: number,
  { signal, onDone }: { signal: AbortSignal; onDone?: (done: number) => void },
): Promise<Float32Array> {
  const vectors = new Float32Array(texts.length * dimension);
  const withModel: Promise<Float32Array>[] = [];
  for (let done = 0, next = 0; done < texts.length; done++) {
    signal.throwIfAborted();
    for (; next < texts.length && withModel.length < TEXTS_WITH_MODEL; next++) {
      const vector = embedder.embedText(texts[next]);
      // Its turn to be awaited may never come, when one before it fails.
      vector.catch(() => undefined);
      withModel.push(vector);
    }
    vectors.set(await (withModel.shift() as Promise<Float32Array>), done * dimension);
    onDone?.(done + 1);
  }
  return vectors;
}
