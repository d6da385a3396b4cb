/** Names and addresses that only this machine answers to. IPv6 without brackets. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}

/** The host of a `Host` header, `name[:port]` or `[address][:port]`; null when it is no such thing. */
export function hostOf(header: string): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:/@[\]]+))(?::\d{1,5})?$/i.exec(header);
  return match ? (match[1] ?? match[2]) : null;
}
