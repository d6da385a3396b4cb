import { createReadStream, openSync, closeSync, readSync } from 'node:fs';
import { createInterface } from 'node:readline';

const LOOK_BYTES = 1024 * 1024;

/** Whether a file is NDJSON as GET /export writes it, and no JSON of metadata rows; its first line tells. */
export function isExportFile(path: string): boolean {
  const file = openSync(path, 'r');
  const bytes = Buffer.alloc(LOOK_BYTES);
  const read = readSync(file, bytes, 0, LOOK_BYTES, 0);
  closeSync(file);
  const text = bytes
    .toString('utf8', 0, read)
    .replace(/^\ufeff/, '')
    .trimStart();
  if (!text.startsWith('{')) return false;
  const [first] = text.split('\n', 1);
  try {
    const line = JSON.parse(first) as Record<string, unknown>;
    return 'format' in line || 'title' in line || 'chunks' in line;
  } catch {
    // A line that is longer than what was looked at, or JSON that goes over several lines.
    return first.length === text.length && /"(chunks|title)"\s*:/.test(first) && !/^\{\s*"metadata"\s*:\s*\[/.test(first);
  }
}

/** The file as it is, or each document given to an owner. */
export async function* exportLines(path: string, ownerId: string | undefined): AsyncGenerator<string | Buffer> {
  const input = createReadStream(path, { highWaterMark: 256 * 1024 });
  if (ownerId === undefined) yield* input as AsyncIterable<Buffer>;
  else for await (const line of createInterface({ input, crlfDelay: Infinity })) yield `${givenTo(line, ownerId)}\n`;
}

/** What is no document stays as it is: the service says what is wrong with it, by its line. */
function givenTo(line: string, ownerId: string): string {
  try {
    const document = JSON.parse(line) as Record<string, unknown>;
    return 'chunks' in document ? JSON.stringify({ ...document, owner_id: ownerId }) : line;
  } catch {
    return line;
  }
}
