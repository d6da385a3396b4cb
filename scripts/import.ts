/**
 * `npm run import -- --from <file>`: brings documents into the running instance, from the FAISS side's metadata of the
 * original system (JSON: an array of `{document_id, chunk_index, text, …}`, or `{"metadata": […]}`), or from an export (NDJSON).
 * Exit code 0 only when every document is stored.
 */
import { parseArgs } from 'node:util';
import { readEnvironment, StopError } from '../src/platform/index.js';
import { exportLines, isExportFile } from './import/export-file.js';
import { ImportProgress } from './import/import-progress.js';
import { MetadataFile } from './import/metadata-file.js';
import { sendImport } from './import/send-import.js';
import { checkInstance } from './running-instance.js';
import { say } from './terminal.js';

const USAGE = `Usage: npm run import -- --from <file> [--owner <owner_id>] [--url <address>] [--key <key>]

  --from    metadata of the FAISS side as JSON: an array of {document_id, chunk_index, text, …} or {"metadata": […]};
            or NDJSON as GET /export writes it
  --owner   whose documents they become; without it nobody's, or those that the export names
  --url     the running instance; http://127.0.0.1:$PORT without it
  --key     a key of its API_KEYS, if it asks for one; API_KEY without it`;

interface Target {
  baseUrl: string;
  key: string | undefined;
}

interface Options extends Target {
  from: string;
  owner: string | undefined;
}

function readOptions(): Options {
  const environment = readEnvironment();
  const text = { type: 'string' } as const;
  let values: { from?: string; owner?: string; url?: string; key?: string; help?: boolean };
  try {
    ({ values } = parseArgs({ options: { from: text, owner: text, url: text, key: text, help: { type: 'boolean' } } }));
  } catch (error) {
    throw new StopError(`${(error as Error).message}\n\n${USAGE}`);
  }
  const { from, owner, url = `http://127.0.0.1:${environment.PORT || 3000}`, key = environment.API_KEY } = values;
  if (values.help) {
    say(USAGE);
    process.exit(0);
  }
  if (!from) throw new StopError(`Say which file: --from is missing.\n\n${USAGE}`);
  if (!URL.canParse(url)) throw new StopError(`--url ${url} is no address. Give one such as http://127.0.0.1:3000.`);
  return { from, owner, baseUrl: url.replace(/\/+$/, ''), key };
}

async function importMetadata({ from, owner, ...target }: Options): Promise<number> {
  const file = withName(from, () => MetadataFile.open(from));
  try {
    say(`${from} holds ${file.rows} passages of ${file.documents} documents.`);
    if (file.blankRows > 0) say(`${file.blankRows} rows are blank and are left out.`);
    const progress = new ImportProgress(file.documents);
    const names: string[] = [];
    const body = function* (): Generator<string> {
      for (const { name, line } of file.lines(owner, (document, reason) => progress.refused(document, reason))) {
        names.push(name);
        yield line;
      }
    };
    await sendImport(target, body(), (answer) => progress.answered(answer, names[answer.line - 1] ?? `line ${answer.line}`));
    progress.finish();
    return progress.failed;
  } finally {
    file.close();
  }
}

async function importExport({ from, owner, ...target }: Options): Promise<number> {
  const progress = new ImportProgress(null);
  await sendImport(target, exportLines(from, owner), (answer) => progress.answered(answer, `line ${answer.line}`));
  progress.finish();
  return progress.failed;
}

/** What went wrong with the file, in a line. */
function withName<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new StopError(code === undefined ? `${path} ${message}. Nothing was imported.` : `${path} cannot be read: ${message}.`);
  }
}

try {
  const options = readOptions();
  // before anything is read: an import of a large file that finds nobody in the end is annoying
  await checkInstance(options.baseUrl);
  const isExport = withName(options.from, () => isExportFile(options.from));
  process.exitCode = (await (isExport ? importExport(options) : importMetadata(options))) > 0 ? 1 : 0;
} catch (error) {
  process.stderr.write(`${error instanceof StopError ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
