import type { BuiltIndex } from '../index-builder.port.js';

/** What the building process answers to the one IndexJob that it is sent. */
export type BuildReply = { built: BuiltIndex } | { failure: string };
