export { VectorsModule } from './vectors.module.js';
