import { ValidateBy } from 'class-validator';
import { metadataConditionFault, type JsonObject } from '../store/index.js';

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Beside `IsCleanObject`, which says what is no object at all. */
export function IsMetadataCondition(): PropertyDecorator {
  return ValidateBy({
    name: 'isMetadataCondition',
    validator: {
      validate: (value: unknown) => !isObject(value) || metadataConditionFault(value) === null,
      defaultMessage: (args) => `$property: ${metadataConditionFault(args?.value as JsonObject) ?? 'no condition'}`,
    },
  });
}
