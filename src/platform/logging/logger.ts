import { pino, type Logger } from 'pino';
import PinoPretty from 'pino-pretty';
import type { LogConfig } from '../config/config.js';

export type { Logger } from 'pino';

/** Standard error: standard output is for what people and scripts read, the lines that the start ends with. */
const STANDARD_ERROR = 2;

/** The process's one logger. Writes at once, so that the last lines before an end are not lost. Logs no secrets. */
export function createLogger(config: LogConfig): Logger {
  const options = {
    level: config.level,
    redact: ['authorization', '*.authorization', '*.headers.authorization', '*.password', '*.apiKeys'],
  };
  if (config.pretty) {
    const messageFormat = '{if context}{context}: {end}{msg}';
    return pino(
      options,
      PinoPretty({
        destination: STANDARD_ERROR,
        sync: true,
        messageFormat,
        ignore: 'pid,hostname,context',
        translateTime: 'SYS:HH:MM:ss.l',
      }),
    );
  }
  return pino(options, pino.destination({ dest: STANDARD_ERROR, sync: true }));
}
