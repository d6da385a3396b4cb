import { bombPdf } from '../../support/pdf-files.js';
import { openReader } from './open-reader.js';

/** Run as a process of its own: it reads a file that takes for ever, tells where, and waits to be killed. */
const files = openReader({ memoryBytesMax: 4 * 1024 ** 3, timeoutMs: 600_000 });
process.send?.(files.folder);
await files.readPdf(bombPdf(400 * 1024 * 1024));
