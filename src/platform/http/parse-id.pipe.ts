import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { InvalidIdError } from './http.errors.js';

const ID_MAX = 2_147_483_647;

/** `@Param('id', ParseIdPipe) id: number`: a positive 32-bit integer in decimal digits, else 400 INVALID_ID. */
@Injectable()
export class ParseIdPipe implements PipeTransform<unknown, number> {
  transform(value: unknown, metadata: ArgumentMetadata): number {
    const id = typeof value === 'string' ? parseId(value) : null;
    if (id === null) throw new InvalidIdError(metadata.data ?? 'id', JSON.stringify(String(value).slice(0, 60)));
    return id;
  }
}

/** Null for what is no id; leading zeros are refused, since an id has one spelling. */
export function parseId(text: string): number | null {
  return /^[1-9]\d{0,9}$/.test(text) && Number(text) <= ID_MAX ? Number(text) : null;
}
