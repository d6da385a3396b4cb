import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy, ValidateIf, type ValidationOptions } from 'class-validator';

/** May be left out; unlike @IsOptional, null is a value like any other and has to pass the other rules. */
export function IsOmittable(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}

/** A number as JSON has it: a whole one in `min` to `max`. Text is none. */
export function IsWholeNumber(min: number, max: number, options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isWholeNumber',
      validator: {
        validate: (value: unknown) => typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max,
        defaultMessage: () => `${options?.each === true ? 'each value in ' : ''}$property must be a whole number from ${min} to ${max}`,
      },
    },
    options,
  );
}

/** A finite number as JSON has it, in `min` to `max`. */
export function IsFiniteNumber(min = -Number.MAX_VALUE, max = Number.MAX_VALUE, options?: ValidationOptions): PropertyDecorator {
  const range = min === -Number.MAX_VALUE && max === Number.MAX_VALUE ? '' : ` from ${min} to ${max}`;
  return ValidateBy(
    {
      name: 'isFiniteNumber',
      validator: {
        validate: (value: unknown) => typeof value === 'number' && value >= min && value <= max,
        defaultMessage: () => `${options?.each === true ? 'each value in ' : ''}$property must be a number${range}`,
      },
    },
    options,
  );
}

/** A query parameter that is a whole number in decimal digits. Combine with @IsOmittable(); a default is the property's initial value. */
export function IntQuery(min: number, max: number): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^-?(0|[1-9]\d{0,14})$/.test(value) ? Number(value) : value,
    ),
    IsWholeNumber(min, max),
    ApiProperty({ type: 'integer', minimum: min, maximum: max, required: false }),
  );
}

/** A query parameter that is a number in plain decimal notation, such as 0.35. */
export function NumberQuery(min?: number, max?: number): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^-?\d{1,15}(\.\d{1,20})?$/.test(value) ? Number(value) : value,
    ),
    IsFiniteNumber(min, max),
    ApiProperty({ type: 'number', minimum: min, maximum: max, required: false }),
  );
}

/** A query parameter that is `true` or `false`, to the letter. */
export function BooleanQuery(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    ValidateBy({
      name: 'isBooleanQuery',
      validator: {
        validate: (value: unknown) => typeof value === 'boolean',
        defaultMessage: () => '$property must be true or false',
      },
    }),
    ApiProperty({ type: 'boolean', required: false }),
  );
}
