import { UnsupportedMediaTypeError } from './http.errors.js';

/** Type, subtype and charset of a `Content-Type` header, in lower case; other parameters do not matter here. */
export function parseContentType(header: string | undefined): { type: string; charset: string | null } {
  const [type, ...parameters] = (header ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.map((parameter) => /^charset\s*=\s*"?([^"]*)"?$/.exec(parameter)?.[1]).find((found) => found !== undefined);
  return { type, charset: charset ?? null };
}

/** Throws unless the header names one of `allowed`; JSON may be any `+json`, and must be in UTF-8. Answers whether it is JSON. */
export function checkContentType(header: string | undefined, allowed: readonly string[]): boolean {
  const { type, charset } = parseContentType(header);
  const isJson = type === 'application/json' || /^application\/[\w.-]+\+json$/.test(type);
  if (!allowed.includes(isJson ? 'application/json' : type)) {
    throw new UnsupportedMediaTypeError(
      type === '' ? 'The body has no Content-Type' : `The body is ${type.slice(0, 100)}`,
      allowed.join(' or '),
    );
  }
  if (isJson && charset !== null && charset !== 'utf-8' && charset !== 'utf8') {
    throw new UnsupportedMediaTypeError(`The body has the charset ${charset.slice(0, 50)}`, 'UTF-8');
  }
  return isJson;
}
