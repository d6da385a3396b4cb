import { randomFrom } from './promises.js';

/** HVS_DAMAGE=all by hand takes every byte of every file; else so many a file. */
export const everyByte = process.env.HVS_DAMAGE === 'all';
export const damageSeed = Number(process.env.HVS_SEED ?? Date.now() % 1_000_000);

/** Positions in a file of so many bytes, ascending: all of them, or a sample with both ends. */
export function bytePositions(bytes: number, sample: number): number[] {
  const count = everyByte ? bytes : Number(process.env.HVS_DAMAGE ?? sample);
  if (bytes <= count) return Array.from({ length: bytes }, (_, at) => at);
  const random = randomFrom(damageSeed);
  const chosen = new Set([0, bytes - 1]);
  while (chosen.size < count) chosen.add(Math.floor(random() * bytes));
  return [...chosen].sort((a, b) => a - b);
}
