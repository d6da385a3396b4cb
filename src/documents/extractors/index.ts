export { detectType, detectionBytes, type DetectedType, type SupportedMimeType } from './detect-type.js';
export { ExtractionError, UnsupportedTypeError, type ExtractionCode } from './extractors.errors.js';
export { cleanLine, cleanText, holdsText } from './clean-text.js';
export type { ExtractedDocument, ExtractionWarning, Extractor } from './extractor.port.js';
