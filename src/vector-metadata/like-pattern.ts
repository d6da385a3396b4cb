/** An ILIKE pattern that matches texts with exactly this part, whatever signs are in it. */
export function containing(part: string): string {
  return `%${part.replace(/[\\%_]/g, '\\$&')}%`;
}
