import { WorkerEmbedder } from '../../src/embedding/index.js';
import { HealthRegistry, readConfig, readEnvironment } from '../../src/platform/index.js';
import { Unsound } from './findings.js';

const QUESTION = 'How do I remove limescale from the coffee machine?';
const ANSWER = 'Descaling: mix the descaler with water and run the cleaning programme of the espresso maker.';
const OTHER = 'The night train to Lisbon leaves from platform nine.';
/** Cosine of question and answer; the int8 kernels of other processors differ a little. */
const KNOWN = { model: 'all-MiniLM-L6-v2', similarity: 0.457, tolerance: 0.03 };

/** The model's files have their checksums, it loads, and its vectors mean what they should. */
export async function modelIsSound(): Promise<string> {
  const { embedding: config } = readConfig(readEnvironment());
  const embedder = new WorkerEmbedder(config, { stop: () => undefined }, new HealthRegistry());
  try {
    await embedder.ready();
    const question = await embedder.embedQuery(QUESTION);
    const near = cosine(question, await embedder.embedText(ANSWER));
    const far = cosine(question, await embedder.embedText(OTHER));
    const asKnown = config.model !== KNOWN.model || Math.abs(near - KNOWN.similarity) <= KNOWN.tolerance;
    if (near - far < 0.2 || !asKnown) {
      throw new Unsound(
        `a question and its answer are ${near.toFixed(3)} alike (${KNOWN.similarity} with ${KNOWN.model}), a foreign sentence ${far.toFixed(3)}`,
        'The files are what they should be, the computation is not: run "npm run setup", and look whether another onnxruntime was installed.',
      );
    }
    return `${config.model}, checksums right; question and answer are ${near.toFixed(3)} alike, a foreign sentence ${far.toFixed(3)}`;
  } finally {
    await embedder.close();
  }
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
