import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StopError } from '../../src/platform/index.js';

export interface LineAnswer {
  line: number;
  chunk_count?: number;
  status?: 'imported' | 'duplicate';
  warnings?: { detail: string }[];
  error?: { code: string; detail: string };
}

export interface ImportSum {
  imported: number;
  failed: number;
  duplicates: number;
}

const CUT_OFF = 'The connection ended before all was answered. What was answered is stored; run it again, and nothing is doubled.';

/**
 * Streams NDJSON to POST /import, and tells each answer as it comes. Node's own client, since fetch gives up an answer that
 * makes a pause of some minutes, as a long document does that is embedded.
 */
export async function sendImport(
  { baseUrl, key }: { baseUrl: string; key?: string },
  body: AsyncIterable<string | Buffer> | Iterable<string | Buffer>,
  onAnswer: (answer: LineAnswer) => void,
): Promise<ImportSum> {
  const url = new URL(`${baseUrl}/import`);
  const headers = { 'Content-Type': 'application/x-ndjson', ...(key && { Authorization: `Bearer ${key}` }) };
  const sending = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, { method: 'POST', headers });
  const answered = new Promise<ImportSum>((resolve, reject) => {
    let hasAnswer = false;
    sending.once('response', (answer) => {
      hasAnswer = true;
      void readAnswer(answer, onAnswer).then(resolve, reject);
    });
    // An answer that is there says more than a connection that is no longer.
    sending.on('error', (error) => {
      if (!hasAnswer) reject(error);
    });
  });
  const sent = pipeline(Readable.from(body), sending);
  sent.catch(() => undefined);
  try {
    return await answered;
  } finally {
    sending.destroy();
  }
}

async function readAnswer(answer: IncomingMessage, onAnswer: (answer: LineAnswer) => void): Promise<ImportSum> {
  if (answer.statusCode !== 200) throw new StopError(await refusal(answer));
  let sum: ImportSum | null = null;
  let rest = '';
  try {
    for await (const piece of answer.setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const parsed = JSON.parse(line) as LineAnswer | ImportSum;
        if ('line' in parsed) onAnswer(parsed);
        else sum = parsed;
      }
    }
  } catch (error) {
    throw new StopError(CUT_OFF, { cause: error });
  }
  if (sum) return sum;
  throw new StopError(CUT_OFF);
}

async function refusal(answer: IncomingMessage): Promise<string> {
  const text = Buffer.concat((await answer.toArray()) as Buffer[]).toString();
  const advice = answer.statusCode === 401 ? ' Give a key of API_KEYS with --key.' : '';
  try {
    const { code, detail } = JSON.parse(text) as { code: string; detail: string };
    return `POST /import answered ${answer.statusCode} ${code}: ${detail}${advice}`;
  } catch {
    return `POST /import answered ${answer.statusCode}: ${text.slice(0, 300)}${advice}`;
  }
}
