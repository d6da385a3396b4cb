import { ValidateBy } from 'class-validator';

const form = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * An ISO 8601 date or time as `toISOString` writes it; without a zone it is UTC, a date alone its first instant. Null for
 * what is none, such as 30 February.
 */
export function toInstant(text: string): string | null {
  const match = form.exec(text);
  if (match === null) return null;
  const [, day, minutes = '00:00', seconds = ':00', zone = 'Z'] = match;
  const midnight = new Date(`${day}T00:00:00Z`);
  // Date takes 30 February for 1 March.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return null;
  const instant = new Date(`${day}T${minutes}${seconds}${zone}`);
  return Number.isNaN(instant.getTime()) ? null : instant.toISOString();
}

export function IsInstant(): PropertyDecorator {
  return ValidateBy({
    name: 'isInstant',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && toInstant(value) !== null,
      defaultMessage: () => '$property must be a time in ISO 8601, such as 2026-11-24T09:30:00Z or 2026-11-24',
    },
  });
}
