import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, type HttpConfig } from './platform/index.js';

/** What the start ends with on standard output: notes of the modules, then the address, Swagger UI and a line to try. */
export function startMessage(
  config: HttpConfig,
  port: number,
  notes: readonly string[],
  samplesFolder = join(projectRoot, 'data', 'samples'),
): string {
  const address = `http://${reachableHost(config.host)}:${port}`;
  const key = config.apiKeys.length > 0 ? `-H "Authorization: Bearer $API_KEY" ` : '';
  return [
    ...notes,
    `Listening on ${address}`,
    `Swagger UI   ${address}/docs`,
    `Try          ${curlLine(address, key, samplesFolder)}`,
    '',
  ].join('\n');
}

/** An address that listens on every interface is reached on this machine by its loopback one. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function curlLine(address: string, key: string, samplesFolder: string): string {
  const sample = firstPdf(samplesFolder);
  if (sample !== null) return `curl ${key}-F 'file=@${join(samplesFolder, sample)}' '${address}/documents?wait=true'`;
  return `curl ${key}-H 'Content-Type: application/json' -d '{"title":"Hello","text":"The first text of many."}' '${address}/documents/text?wait=true'`;
}

function firstPdf(folder: string): string | null {
  try {
    return (
      readdirSync(folder)
        .filter((name) => name.toLowerCase().endsWith('.pdf'))
        .sort()[0] ?? null
    );
  } catch {
    return null;
  }
}
