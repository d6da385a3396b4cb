import { createRequire } from 'node:module';
import type { NativeFaiss } from './native-index.js';

/** The native library, for the calling thread. Throws when it is not there, does not fit, or is not the one built here. */
export function loadFaiss(): NativeFaiss {
  const faiss = createRequire(import.meta.url)('faiss-node') as NativeFaiss;
  if (typeof faiss.Index.readAsync !== 'function' || typeof faiss.setThreads !== 'function') {
    throw new Error("this is faiss-node's own binary, without the mends of scripts/native/patches");
  }
  return faiss;
}
