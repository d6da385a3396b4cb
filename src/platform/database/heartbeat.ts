import { setTimeout as sleep } from 'node:timers/promises';
import { failureOf, isPoolExhausted } from './failure.js';

const BEAT_MS = 5_000;
/** A server that does not answer the simplest question for this long is away. */
const ANSWER_WAIT_MS = 10_000;

export interface HeartbeatQuestions {
  /** Looks, over one of the pool's connections, whether the database is still what it was when it was connected. */
  look(): Promise<void>;
  /** Asks over a connection of its own whether the server answers anything. */
  ping(): Promise<void>;
}

/** The server said nothing: its connections may hang for ever. */
export class NoAnswerError extends Error {
  constructor() {
    super(`no answer within ${ANSWER_WAIT_MS / 1000} s`);
  }
}

/**
 * Asks now and then, since neither a server that hangs, nor a network that is cut, nor a schema that was dropped ends a
 * connection.
 */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> | undefined;

  /** @param onLost is told why, once; the heart then stands still until `start` */
  constructor(
    private readonly questions: HeartbeatQuestions,
    private readonly onLost: (reason: unknown) => void,
  ) {}

  start(): void {
    this.stop();
    this.timer = setTimeout(() => this.beat(), BEAT_MS).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Asks now. Returns at once; nothing happens while it stands still. */
  beat(): void {
    if (!this.timer) return;
    this.beating ??= this.ask().finally(() => (this.beating = undefined));
  }

  private async ask(): Promise<void> {
    const asked = this.timer;
    const patience = new AbortController();
    const silence = sleep(ANSWER_WAIT_MS, new NoAnswerError(), { signal: patience.signal, ref: false });
    const verdict = await Promise.race([this.verdict(), silence]).finally(() => patience.abort());
    if (this.timer !== asked) return; // it was lost or closed meanwhile
    if (verdict) this.onLost(verdict);
    else this.start();
  }

  /** Undefined: as it should be, or at least there. */
  private async verdict(): Promise<unknown> {
    try {
      await this.questions.look();
    } catch (error) {
      if (isPoolExhausted(error)) return this.questions.ping().then(() => undefined, silent);
      return failureOf(error) === 'busy' ? undefined : error;
    }
    return undefined;
  }
}

/** A server that has no connection left answers too. */
function silent(error: unknown): unknown {
  return failureOf(error) === 'lost' ? error : undefined;
}
