import { Problem } from '../platform/index.js';

export class ModeNotAvailableError extends Problem {
  constructor(mode: string, available: readonly string[]) {
    super(
      { code: 'MODE_NOT_AVAILABLE', status: 400, title: 'Search mode not available' },
      `This version does not search in mode "${mode}". Nothing was searched. Available: ${available.join(', ')}; leave \`mode\` out to get ${available[0]}.`,
      { members: { available_modes: available } },
    );
  }
}

/** Neither a query nor a vector, or both. */
export class QueryOrVectorError extends Problem {
  constructor(given: 'both' | 'neither') {
    super(
      { code: 'QUERY_OR_VECTOR', status: 400, title: 'Give either query or vector' },
      given === 'both'
        ? 'The search holds both `query` and `vector`. Nothing was searched. Leave one of them out.'
        : 'The search holds neither `query` nor `vector`. Nothing was searched. Give a `query` (text), or a `vector` of the index’s dimension.',
    );
  }
}

export class InvalidVectorError extends Problem {
  private constructor(detail: string, members: Record<string, unknown>) {
    super({ code: 'INVALID_VECTOR', status: 400, title: 'The vector cannot be searched with' }, detail, { members });
  }

  static dimension(given: number, dimension: number, embeddingModel: string): InvalidVectorError {
    return new InvalidVectorError(
      `\`vector\` has ${given} values; this index holds vectors of ${dimension} (${embeddingModel}). Nothing was searched. Embed the query with that model, or send it as \`query\`.`,
      { dimension },
    );
  }

  static value(index: number, value: unknown): InvalidVectorError {
    return new InvalidVectorError(
      `\`vector[${index}]\` is ${describe(value)}; every value must be a finite number. Nothing was searched. Correct it and search again.`,
      { index },
    );
  }

  static zero(dimension: number): InvalidVectorError {
    return new InvalidVectorError(
      `All ${dimension} values of \`vector\` are zero: it points nowhere, so nothing is nearer to it than the rest. Nothing was searched. Send a vector that some text was embedded to.`,
      { dimension },
    );
  }
}

/** Names the kind of a value without repeating what may be long. */
function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
