import { WorkerFaissIndex } from '../../src/faiss-index/index.js';
import { ScanningFaissIndex } from '../support/scanning-faiss-index.js';
import { faissIndexContract } from './contract.js';

faissIndexContract('WorkerFaissIndex', () => {
  const index = new WorkerFaissIndex();
  return { index, close: () => index.close() };
});

faissIndexContract('ScanningFaissIndex', () => ({ index: new ScanningFaissIndex(), close: () => Promise.resolve() }));
