import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { ValidationFailedError } from './http.errors.js';

/**
 * DTO classes are held to the letter: unknown properties are refused, nothing is converted but by a DTO's own decorators, and
 * every message names its property by path.
 */
export class StrictValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      transformOptions: { enableImplicitConversion: false },
      validationError: { target: false, value: false },
      exceptionFactory: (errors) => new ValidationFailedError(errors.flatMap((error) => describe(error, ''))),
    });
  }

  /** Single parameters stay the text that came: `Number('0x10')` is no id. Their own pipes say what they mean. */
  protected override transformPrimitive(value: unknown): unknown {
    return value;
  }

  /** Nothing is left out silently: such names were refused when the body was parsed. */
  protected override stripProtoKeys(): void {}
}

function describe(error: ValidationError, parent: string): { path: string; message: string }[] {
  const path = parent === '' ? error.property : `${parent}.${error.property}`;
  const own = Object.values(error.constraints ?? {}).map((message) => ({
    path,
    message: parent === '' ? message : `${parent}.${message}`,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => describe(child, path))];
}
