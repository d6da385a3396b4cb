/** A title as it is compared: width and case do not count. */
export function plainTitle(title: string): string {
  return title.normalize('NFKC').toLowerCase();
}
