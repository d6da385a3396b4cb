import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StopError } from '../errors/problem.js';
import { projectRoot } from './project-root.js';
import { wrongSetting } from './settings.js';

/** Of the tokens that the model reads: those that it puts around every text. */
export const SPECIAL_TOKENS = 2;
const MODEL_NAME = /^[A-Za-z0-9][\w.-]*$/;

/** What the model's own files say about it. Models are read from the program's folder, whatever DATA_DIR is. */
export function readEmbeddingModel(name: string): { model: string; modelFolder: string; dimension: number; tokensMax: number } {
  const models = join(projectRoot, 'data', 'models');
  const modelFolder = join(models, name);
  if (!MODEL_NAME.test(name) || !folderNames(models).includes(name)) {
    throw wrongSetting('EMBEDDING_MODEL', name, `a folder in ${models}: ${folderNames(models).join(', ') || 'there is none'}`);
  }
  return {
    model: name,
    modelFolder,
    dimension: readCount(join(modelFolder, 'config.json'), 'hidden_size'),
    tokensMax: readCount(join(modelFolder, 'tokenizer_config.json'), 'model_max_length'),
  };
}

function folderNames(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch {
    return [];
  }
}

function readCount(path: string, member: string): number {
  let value: unknown;
  try {
    value = (JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)[member];
  } catch (error) {
    throw new StopError(`The model's file ${path} cannot be read (${(error as Error).message}). Put the model's files back.`);
  }
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 65_536) {
    throw new StopError(`The model's file ${path} gives no usable ${member} (${JSON.stringify(value)}). Put the model's own file back.`);
  }
  return value;
}
