export { DocumentsModule } from './documents.module.js';
export { UnsupportedTypeError, ExtractionError, type ExtractionCode } from './extractors/index.js';
export * from './documents.errors.js';
export { originalIsWhole } from './originals/original-files.js';
export { TextRebuild } from './rebuild/text-rebuild.js';
export * from './transfer/transfer.errors.js';
