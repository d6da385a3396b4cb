import { StopError } from '../errors/problem.js';

const KEY_LENGTH_MIN = 16;

/**
 * `name:key`, comma-separated. `name:key:owner` and `name:key:owner:read` are reserved: serving such a key with all rights
 * would be worse than not starting. No message holds a key.
 */
export function parseApiKeys(text: string): { name: string; key: string }[] {
  if (text === '') return [];
  const keys = text.split(',').map((entry, position) => parseEntry(entry.trim(), position + 1));
  const names = new Set(keys.map(({ name }) => name));
  if (names.size < keys.length) throw refused('two entries have the same name', 'Give each key a name of its own');
  if (new Set(keys.map(({ key }) => key)).size < keys.length)
    throw refused('two entries have the same key', 'Give each name a key of its own');
  return keys;
}

function parseEntry(entry: string, position: number): { name: string; key: string } {
  const [name, key, ...rights] = entry.split(':');
  const shown = `entry ${position} (${/^[\w.-]{1,64}$/.test(name) ? name : 'its name is masked'}:****)`;
  if (rights.length > 0) {
    throw refused(
      `${shown} limits its key to an owner or to reading, which this version cannot do yet`,
      'Use name:key, which may do everything',
    );
  }
  if (!/^[\w.-]{1,64}$/.test(name)) throw refused(`${shown} has a wrong name`, 'Use 1 to 64 letters, digits, ".", "_" or "-"');
  if (key === undefined) throw refused(`entry ${position} has no key`, 'Write it as name:key');
  if (!/^[\x21-\x7e]+$/.test(key) || key.length < KEY_LENGTH_MIN) {
    throw refused(
      `${shown} has a key that is too short or holds blanks`,
      `Use at least ${KEY_LENGTH_MIN} visible ASCII characters, such as openssl rand -hex 24 gives`,
    );
  }
  return { name, key };
}

function refused(what: string, cure: string): StopError {
  return new StopError(`API_KEYS is not allowed: ${what}. ${cure}.`);
}
