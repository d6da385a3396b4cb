import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** Nest's start says a line for each module and route: of use only when one looks for something. */
const TALKATIVE = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory', 'NestApplication']);
/** These log what they then throw; who catches it says it once. */
const THROWING = new Set(['ExceptionHandler', 'NestApplication']);

/** Nest's log calls, `Logger` of @nestjs/common with them, as lines of our logger. Their last parameter is the context. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(level: Level, message: unknown, rest: unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
    const details = context === undefined ? rest : rest.slice(0, -1);
    const shownLevel = levelFor(level, context);
    const stack = details.find((detail) => typeof detail === 'string');
    const cause = details.find((detail) => detail instanceof Error);
    if (message instanceof Error) this.logger[shownLevel]({ context, err: message }, message.message);
    else if (typeof message === 'object' && message !== null) this.logger[shownLevel]({ context, ...message });
    else this.logger[shownLevel]({ context, stack, err: cause }, String(message));
  }
}

function levelFor(level: Level, context: string | undefined): Level {
  if (context === undefined) return level;
  return (level === 'info' && TALKATIVE.has(context)) || (level === 'error' && THROWING.has(context)) ? 'debug' : level;
}
