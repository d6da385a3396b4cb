import { Cron } from 'croner';
import { wrongSetting, type Settings } from './settings.js';

const FIELDS = 5;

/** Five cron fields, in local time; an empty value is null: never. */
export function readCron(settings: Settings, name: string, fallback: string): string | null {
  if (settings.isEmptied(name)) return null;
  const text = settings.text(name, fallback);
  if (text.split(/\s+/).length !== FIELDS || !comesUp(text)) {
    throw wrongSetting(
      name,
      text,
      'five fields (minute, hour, day of the month, month, day of the week) that come up some day, such as 0 3 * * *, or empty for never',
    );
  }
  return text;
}

function comesUp(pattern: string): boolean {
  try {
    return new Cron(pattern, { paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}
