import { say } from '../terminal.js';

const EVERY_MS = 2_000;

/** Says every other second how far a rebuild is. @param total vectors */
export function progressLines(total: number): (documents: number, vectors: number) => void {
  let saidAt = Date.now();
  return (documents, vectors) => {
    if (Date.now() < saidAt + EVERY_MS) return;
    saidAt = Date.now();
    say(`  ${vectors} of ${total} vectors, ${documents} documents`);
  };
}
