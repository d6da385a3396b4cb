import { chunkText } from '../src/chunking/index.js';
import { loadTokenizer, WorkerEmbedder, type Embedder } from '../src/embedding/index.js';
import { HealthRegistry, ProcessStop, readConfig, SPECIAL_TOKENS } from '../src/platform/index.js';

export interface OpenModel {
  embedder: Embedder;
  /** The texts that the ingestion of a plain text would embed, in its order. */
  embeddingTexts: (document: { title: string; text: string }) => string[];
  close: () => Promise<void>;
}

class EndedBench extends ProcessStop {
  stop(reason: Error): void {
    console.error(reason.message);
    process.exit(1);
  }
}

/** The model as the server has it, with as many threads, in this process. */
export async function openModel(): Promise<OpenModel> {
  const { embedding, chunking } = readConfig({});
  const embedder = new WorkerEmbedder(embedding, new EndedBench(), new HealthRegistry());
  await embedder.ready();
  const tokenizer = loadTokenizer(embedding.modelFolder);
  const limits = { ...chunking, embeddingTokensMax: embedding.tokensMax - SPECIAL_TOKENS };
  return {
    embedder,
    embeddingTexts: ({ title, text }) => {
      const readable = { text, pages: [{ page: 1, charStart: 0, charEnd: text.length }], headings: [] };
      return chunkText(readable, title, limits, (part) => tokenizer.countTokens(part)).map(({ embeddingText }) => embeddingText);
    },
    close: () => embedder.close(),
  };
}
