/**
 * The text that PostgreSQL gives a jsonb value: keys by their length in bytes and then bytewise, a blank behind each colon
 * and comma, numbers without exponent. `value` is what JSON.stringify would write.
 */
export function jsonbText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonbText).join(', ')}]`;
  if (typeof value === 'number') return plainDecimal(JSON.stringify(value));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, held]) => held !== undefined)
    .map(([key, held]) => ({ bytes: Buffer.from(key), key, held: held as unknown }))
    .sort((a, b) => a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes));
  return `{${members.map(({ key, held }) => `${JSON.stringify(key)}: ${jsonbText(held)}`).join(', ')}}`;
}

/** `1.5e+21` and `1e-7` written out, as numeric is. */
function plainDecimal(text: string): string {
  const found = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!found) return text;
  const [, sign, whole, fraction = '', exponent] = found;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return point >= digits.length ? sign + digits.padEnd(point, '0') : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
