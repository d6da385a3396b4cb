/** Export and import over HTTP, streamed both ways: nothing of a body stands in memory whole. */
import { createReadStream, createWriteStream } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClusteredDocuments } from './clustered-documents.js';
import { dimension } from './clustered-vectors.js';

export interface ImportOutcome {
  imported: number;
  failed: number;
}

/** Writes `GET /export?vectors=true` into a file. */
export async function exportToFile(url: string, path: string): Promise<void> {
  const answer = await answerTo(request(`${url}/export?vectors=true`).end());
  await pipeline(answer, createWriteStream(path));
}

export function importFile(url: string, path: string, onDocument?: () => void): Promise<ImportOutcome> {
  return importLines(url, createReadStream(path, { highWaterMark: 256 * 1024 }), onDocument);
}

/** Sends lines to `POST /import` as fast as they are taken; `onDocument` is called as each is acknowledged. */
export async function importLines(url: string, lines: Iterable<string> | Readable, onDocument?: () => void): Promise<ImportOutcome> {
  const sending = request(`${url}/import`, { method: 'POST', headers: { 'Content-Type': 'application/x-ndjson' } });
  const answered = answerTo(sending);
  const sent = pipeline(lines instanceof Readable ? lines : Readable.from(lines), sending);
  // a refusal ends the sending too: the answer says more
  sent.catch(() => undefined);
  const answer = await answered;
  let outcome: ImportOutcome | undefined;
  for await (const line of createInterface({ input: answer })) {
    const said = JSON.parse(line) as { document_id?: number; imported?: number; failed?: number; error?: unknown };
    if (said.error !== undefined) throw new Error(`A line was refused: ${line.slice(0, 500)}`);
    if (said.document_id !== undefined) onDocument?.();
    if (said.imported !== undefined) outcome = { imported: said.imported, failed: said.failed ?? 0 };
  }
  await sent;
  if (!outcome) throw new Error('The answer to an import ended before it said how many documents were imported');
  return outcome;
}

/** A document as one line of an import. */
export function importLine(documents: ClusteredDocuments, document: number): string {
  const { ownerId, title, filename, mimeType, sha256, metadata, createdAt, chunks, vectors } = documents.importRequest(document);
  return `${JSON.stringify({
    ...{ title, filename, mime_type: mimeType, sha256, metadata, created_at: createdAt },
    ...(ownerId !== null && { owner_id: ownerId }),
    chunks: chunks.map((chunk, n) => ({
      ...{ text: chunk.text, page_start: chunk.pageStart, page_end: chunk.pageEnd },
      ...{ char_start: chunk.charStart, char_end: chunk.charEnd, vector: base64(vectors.subarray(n * dimension, (n + 1) * dimension)) },
    })),
  })}\n`;
}

const base64 = (floats: Float32Array): string => Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength).toString('base64');

function answerTo(sending: ReturnType<typeof request>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sending.once('error', reject);
    sending.once('response', (answer) => {
      if (answer.statusCode === 200) return resolve(answer);
      reject(new Error(`${sending.method} ${sending.path} answered ${answer.statusCode}`));
      answer.resume();
    });
  });
}
