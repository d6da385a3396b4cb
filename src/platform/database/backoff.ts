const FIRST_MS = 100;
const MOST_MS = 5_000;

/** Milliseconds to wait before trying again: doubling from 100 to at most 5,000, the upper half of it at random so that not all wait alike. */
export function backoffMs(attempt: number): number {
  const longest = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return longest / 2 + Math.random() * (longest / 2);
}
