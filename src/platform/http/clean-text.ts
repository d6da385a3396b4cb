import { ValidateBy, type ValidationOptions } from 'class-validator';

/** Without NUL and lone surrogates, which PostgreSQL refuses and UTF-8 cannot carry. */
export function isCleanText(text: string): boolean {
  return !text.includes('\0') && !/\p{Surrogate}/u.test(text);
}

/** A string of `min` to `max` UTF-16 code units that is clean text; with `filled`, not of blanks alone. */
export function IsCleanText(limits: { min?: number; max: number; filled?: boolean }, options?: ValidationOptions): PropertyDecorator {
  const min = limits.min ?? (limits.filled === true ? 1 : 0);
  const kind = `text of ${min} to ${limits.max} characters without NUL and lone surrogates${limits.filled === true ? ', and not blank' : ''}`;
  return ValidateBy(
    {
      name: 'isCleanText',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'string' &&
          value.length >= min &&
          value.length <= limits.max &&
          (limits.filled !== true || value.trim() !== '') &&
          isCleanText(value),
        defaultMessage: () => `${options?.each === true ? 'each value in ' : ''}$property must be ${kind}`,
      },
    },
    options,
  );
}

/** A JSON object whose names and strings are clean text, of at most `bytesMax` bytes as JSON. */
export function IsCleanObject(limits: { bytesMax: number }, options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isCleanObject',
      validator: {
        validate: (value: unknown) => isCleanObject(value, limits.bytesMax),
        defaultMessage: () =>
          `$property must be a JSON object of at most ${limits.bytesMax} bytes, without NUL and lone surrogates in its texts`,
      },
    },
    options,
  );
}

export function isCleanObject(value: unknown, bytesMax: number): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next === 'string' && !isCleanText(next)) return false;
    if (typeof next !== 'object' || next === null) continue;
    if (!Array.isArray(next) && !Object.keys(next).every(isCleanText)) return false;
    for (const child of Object.values(next) as unknown[]) waiting.push(child);
  }
  return Buffer.byteLength(JSON.stringify(value)) <= bytesMax;
}
