import { readFileSync } from 'node:fs';
import { StopError } from '../../src/platform/index.js';

const NEW_LINE = 0x0a;

export interface JsonLine {
  /** From 1. */
  number: number;
  value: Record<string, unknown>;
}

/** A file as bytes. Throws a line that names it when it cannot be read. */
export function readWhole(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new StopError(code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read: ${message}.`);
  }
}

/** Lines of a text in UTF-8, numbered from 1, without those that are blank. Throws for bytes that are no UTF-8. */
export function* textLines(path: string): Generator<{ number: number; text: string }> {
  const bytes = readWhole(path);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let from = 0, number = 1; from < bytes.length; number++) {
    const end = bytes.indexOf(NEW_LINE, from);
    const line = bytes.subarray(from, end < 0 ? bytes.length : end);
    from += line.length + 1;
    let text: string;
    try {
      text = decoder.decode(line);
    } catch {
      throw lineError(path, number, 'is no UTF-8');
    }
    if (text.trim() !== '') yield { number, text };
  }
}

/** Objects of a JSON Lines file. A line that is torn, or holds something else, ends the reading with its number. */
export function* jsonLines(path: string): Generator<JsonLine> {
  for (const { number, text } of textLines(path)) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      throw lineError(path, number, `is no JSON (${shortened(text)}): is it torn?`);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw lineError(path, number, 'is no JSON object');
    yield { number, value: value as Record<string, unknown> };
  }
}

export function lineError(path: string, number: number, fault: string): StopError {
  return new StopError(`${path}, line ${number}, ${fault}. Nothing was evaluated.`);
}

function shortened(text: string): string {
  const line = text.trim();
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
