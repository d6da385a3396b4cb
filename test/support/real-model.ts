import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WorkerEmbedder } from '../../src/embedding/index.js';
import { HealthRegistry, ProcessStop, type EmbeddingConfig } from '../../src/platform/index.js';

/** Tests run compiled, in a folder below the checkout's root. */
export const modelFolder = join(fileURLToPath(new URL('../../..', import.meta.url)), 'data/models/all-MiniLM-L6-v2');

/** Keeps the reasons that it was given instead of ending anything. */
export class RecordedStop extends ProcessStop {
  readonly reasons: Error[] = [];

  stop(reason: Error): void {
    this.reasons.push(reason);
  }
}

export function embeddingConfig(change: Partial<EmbeddingConfig> = {}): EmbeddingConfig {
  return { model: 'all-MiniLM-L6-v2', modelFolder, dimension: 384, tokensMax: 256, threads: 1, ...change };
}

/** The real embedder without Nest. The caller closes it. */
export function realEmbedder(change: Partial<EmbeddingConfig> = {}): {
  embedder: WorkerEmbedder;
  stop: RecordedStop;
  health: HealthRegistry;
} {
  const stop = new RecordedStop();
  const health = new HealthRegistry();
  return { embedder: new WorkerEmbedder(embeddingConfig(change), stop, health), stop, health };
}
