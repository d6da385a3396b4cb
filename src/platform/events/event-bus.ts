import { Injectable, Logger } from '@nestjs/common';

type EventType<E extends object> = abstract new (...args: never[]) => E;
type Listener<E extends object> = (event: E) => void | Promise<void>;

/**
 * In-process events by class: a past-tense event belongs to the module that publishes it. A listener that throws or
 * rejects is logged and counted, and neither fails nor delays the publisher nor the other listeners.
 */
@Injectable()
export class EventBus {
  private readonly logger = new Logger(EventBus.name);
  private readonly listeners = new Map<EventType<object>, { name: string; listener: Listener<object> }[]>();
  /** Listener failures since the start. */
  failures = 0;

  /** @param name says in the log which listener failed */
  on<E extends object>(type: EventType<E>, name: string, listener: Listener<E>): () => void {
    const entry = { name, listener: listener as Listener<object> };
    const entries = this.listeners.get(type) ?? [];
    entries.push(entry);
    this.listeners.set(type, entries);
    return () => void entries.splice(entries.indexOf(entry), 1);
  }

  publish(event: object): void {
    for (const { name, listener } of [...(this.listeners.get(event.constructor as EventType<object>) ?? [])]) {
      try {
        const done = listener(event);
        if (done instanceof Promise) done.catch((error: unknown) => this.failed(name, event, error));
      } catch (error) {
        this.failed(name, event, error);
      }
    }
  }

  private failed(name: string, event: object, error: unknown): void {
    this.failures++;
    this.logger.error(`Listener ${name} failed on ${event.constructor.name}`, error instanceof Error ? error.stack : String(error));
  }
}
