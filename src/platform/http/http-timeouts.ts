export interface HttpTimeouts {
  /** From the connection, or the last answer, to the end of the headers. */
  headersMs: number;
  /** How long a body may stand still while we wait for more of it. There is no limit on the whole: imports take hours. */
  bodyStallMs: number;
  /** How long an idle connection is kept for the next request. */
  keepAliveMs: number;
  /** How long requests under way may go on after the stop began. */
  drainMs: number;
  /** How often the server looks for connections that are late with their headers. */
  checkEveryMs: number;
}

export const HTTP_TIMEOUTS: HttpTimeouts = {
  headersMs: 20_000,
  bodyStallMs: 30_000,
  keepAliveMs: 10_000,
  drainMs: 2_000,
  checkEveryMs: 5_000,
};
