import { WorkerFaissIndex } from '../../src/faiss-index/index.js';
import { faissIndexContract } from './contract.js';

faissIndexContract('WorkerFaissIndex', () => {
  const index = new WorkerFaissIndex();
  return { index, close: () => index.close() };
});
