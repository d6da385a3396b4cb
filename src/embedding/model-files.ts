import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StopError } from '../platform/index.js';

/** As `sha256sum` writes it and `sha256sum --check` reads it. */
const CHECKSUM_FILE = 'SHA256SUMS';
/** What the model is loaded from, relative to its folder. */
const MODEL_FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model_quantized.onnx'];

/**
 * Holds every file of the model against the checksum that was kept with it: another model, or a damaged one, would give
 * vectors that agree with none in the store, and no search would say so.
 * @throws StopError naming the file and what to do
 */
export async function checkModelFiles(modelFolder: string): Promise<void> {
  const expected = await readChecksums(modelFolder);
  for (const file of MODEL_FILES) {
    const path = join(modelFolder, file);
    const checksum = expected.get(file);
    if (checksum === undefined) throw new StopError(`${join(modelFolder, CHECKSUM_FILE)} has no line for ${file}. ${cure(modelFolder)}`);
    const actual = await sha256(path).catch((error: unknown) => {
      throw new StopError(`The embedding model's file ${path} cannot be read (${reason(error)}). ${cure(modelFolder)}`);
    });
    if (actual !== checksum) {
      throw new StopError(
        `The embedding model's file ${path} is damaged or another version: its sha256 is ${actual}, not ${checksum}. ${cure(modelFolder)}`,
      );
    }
  }
}

async function readChecksums(modelFolder: string): Promise<Map<string, string>> {
  const path = join(modelFolder, CHECKSUM_FILE);
  const lines = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new StopError(`The embedding model's checksums ${path} cannot be read (${reason(error)}). ${cure(modelFolder)}`);
  });
  const checksums = new Map<string, string>();
  for (const line of lines.split('\n')) {
    const match = /^([0-9a-f]{64}) [ *](.+?)\r?$/.exec(line);
    if (match) checksums.set(match[2], match[1]);
  }
  return checksums;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

function cure(modelFolder: string): string {
  return `Restore it with "git checkout -- ${modelFolder}"; for a model of your own run "sha256sum ${MODEL_FILES.join(' ')} > ${CHECKSUM_FILE}" in its folder.`;
}

function reason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.message : String(error));
}
