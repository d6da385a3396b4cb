import { ValidateBy } from 'class-validator';
import { metadataFault } from '../metadata.js';

/** A document's metadata: a JSON object within its limits. */
export function IsMetadata(): PropertyDecorator {
  return ValidateBy({
    name: 'isMetadata',
    validator: {
      validate: (value: unknown) => metadataFault(value) === null,
      defaultMessage: (argument) => `$property ${metadataFault(argument?.value) ?? ''}`,
    },
  });
}
