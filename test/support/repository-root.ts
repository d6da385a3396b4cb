import { fileURLToPath } from 'node:url';

/** The checkout's root, as seen from the compiled tests in dist-test/test/support. */
export const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url));
