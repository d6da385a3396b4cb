/**
 * An error that its reader can act on. Modules subclass it, one class per code; the HTTP filter turns it into
 * `application/problem+json` (RFC 9457) as it stands.
 */
export class Problem extends Error {
  /** Stable, UPPER_SNAKE: clients branch on it, never on the words. */
  readonly code: string;
  /** The HTTP status that this problem answers with. */
  readonly status: number;
  /** A few words that are the same for every occurrence of `code`. */
  readonly title: string;
  /** Response headers that belong to the problem, such as `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Further members of the problem document, snake_case. */
  readonly members: Readonly<Record<string, unknown>>;

  /** @param detail what failed, which item, whether data is safe, and what to do next */
  constructor(
    kind: { code: string; status: number; title: string },
    detail: string,
    more: { cause?: unknown; headers?: Record<string, string>; members?: Record<string, unknown> } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = new.target.name;
    this.code = kind.code;
    this.status = kind.status;
    this.title = kind.title;
    this.headers = more.headers ?? {};
    this.members = more.members ?? {};
  }

  get detail(): string {
    return this.message;
  }
}

/**
 * A condition under which the process must not go on (a foreign store, a damaged journal, a wrong setting). Its message
 * is the one line that the process ends with: what is wrong, where, and what to do.
 */
export class StopError extends Error {
  override name = 'StopError';
}
