import { StopError } from '../errors/problem.js';

/** Reads single variables strictly. An empty value is one that is not set. */
export class Settings {
  constructor(private readonly environment: NodeJS.ProcessEnv) {}

  text(name: string, fallback: string): string {
    const value = this.environment[name]?.trim();
    return value === undefined || value === '' ? fallback : value;
  }

  /** Whether the variable is there and empty, which for some of them means something else than its absence. */
  isEmptied(name: string): boolean {
    return this.environment[name]?.trim() === '';
  }

  /** Decimal digits only: neither signs nor exponents, fractions or units. */
  integer(name: string, limits: { min: number; max: number; fallback: number }): number {
    const text = this.text(name, String(limits.fallback));
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (!(value >= limits.min && value <= limits.max)) {
      throw wrongSetting(name, text, `a whole number from ${limits.min} to ${limits.max}`);
    }
    return value;
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const text = this.text(name, fallback);
    const found = allowed.find((value) => value === text);
    if (found === undefined) throw wrongSetting(name, text, `one of ${allowed.join(', ')}`);
    return found;
  }
}

/** The line that a wrong setting ends the start with. Secrets must be masked by who calls. */
export function wrongSetting(name: string, shown: string, allowed: string): StopError {
  return new StopError(`${name}=${oneLine(shown)} is not allowed: it must be ${allowed}.`);
}

function oneLine(text: string): string {
  const shown = text.replace(/\s+/g, ' ');
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}
