export { Embedder } from './embedder.port.js';
