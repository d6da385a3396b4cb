/** Bit r & 7 of byte r >> 3: row r. */
export function bitmapOf(rows: number, isAllowed: (row: number) => boolean): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(rows / 8));
  for (let row = 0; row < rows; row++) if (isAllowed(row)) bitmap[row >> 3] |= 1 << (row & 7);
  return bitmap;
}

/** False beyond the end of the bitmap. */
export const isSet = (bitmap: Uint8Array, row: number): boolean => (bitmap[row >> 3] & (1 << (row & 7))) !== 0;
