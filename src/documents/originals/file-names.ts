/**
 * Every name in `files/` and how to read it back:
 * `files/ab/abcd…` (an original, by its SHA-256), `files/text/12.345.json` (document 12's text as of generation 345), and
 * `files/unclaimed/abcd…` (an original that no document knew after the store was made again).
 */
const TEXT = /^([1-9]\d*)\.([1-9]\d*)\.json$/;
const ORIGINAL = /^[0-9a-f]{64}$/;

export const TEXT_FOLDER = 'text';
export const UNCLAIMED_FOLDER = 'unclaimed';

export const originalFolder = (sha256: string): string => sha256.slice(0, 2);

export const isOriginalName = (name: string): boolean => ORIGINAL.test(name);

export const textFileName = (documentId: number, generation: number): string => `${documentId}.${generation}.json`;

export function parseTextFileName(name: string): { documentId: number; generation: number } | null {
  const match = TEXT.exec(name);
  return match ? { documentId: Number(match[1]), generation: Number(match[2]) } : null;
}

export const isOriginalFolder = (name: string): boolean => /^[0-9a-f]{2}$/.test(name);
