/** What a run is asked for by environment variables; wrong values end it. */

export function numberSetting(name: string, fallback: number, limits: { min: number; max: number }): number {
  const text = process.env[name] ?? '';
  const value = text === '' ? fallback : Number(text);
  if (!(value >= limits.min && value <= limits.max))
    throw new Error(`${name}=${text} is not allowed: it must be a number from ${limits.min} to ${limits.max}`);
  return value;
}

export function choiceSetting<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
  const text = process.env[name] || fallback;
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new Error(`${name}=${text} is not allowed: it must be one of ${allowed.join(', ')}`);
  return found;
}

/** HVS_BENCH_VECTORS: how many vectors a bench with a size of its own choosing works on. */
export const vectorsSetting = (fallback: number): number => numberSetting('HVS_BENCH_VECTORS', fallback, { min: 200, max: 10_000_000 });
