import { shortText } from './line-fields.js';
import { ForeignVectorsError, InvalidChunkVectorError } from './transfer.errors.js';

const FLOAT_BYTES = 4;
const MODEL_CHARACTERS_MAX = 200;
/** As far from 1 as floats of a unit vector can be, with room for another program's way to round. */
const LENGTH_TOLERANCE = 1e-5;

/** The vectors of one line, chunk by chunk, checked to be what FAISS and the store may see. */
export class LineVectors {
  /** chunks × dimension floats of unit length; zeros for the chunks in `missing`. */
  readonly floats: Float32Array;
  /** Positions of chunks that came without a vector. */
  readonly missing: number[] = [];
  /** How many had another length than 1, and were scaled. */
  normalised = 0;
  private readonly bytes: Buffer;

  constructor(
    chunks: number,
    private readonly dimension: number,
  ) {
    this.floats = new Float32Array(chunks * dimension);
    this.bytes = Buffer.from(this.floats.buffer);
  }

  /** @param value base64 of little-endian float32, an array of numbers, or undefined */
  set(chunk: number, value: unknown): void {
    if (value === undefined) return void this.missing.push(chunk);
    if (typeof value === 'string') this.setBase64(chunk, value);
    else if (Array.isArray(value)) this.setNumbers(chunk, value);
    else throw new InvalidChunkVectorError(chunk, 'is neither base64 of little-endian float32 nor an array of numbers');
    this.normalise(chunk);
  }

  private setBase64(chunk: number, text: string): void {
    const { dimension } = this;
    const bytes = dimension * FLOAT_BYTES;
    const unpadded = Math.ceil((bytes * 4) / 3);
    const hasLength = text.length === unpadded || text.length === Math.ceil(bytes / 3) * 4;
    // What is no base64 is skipped when it is decoded, so that too little comes out.
    if (hasLength && this.bytes.write(text, chunk * bytes, bytes, 'base64') === bytes) return;
    const given = Buffer.from(text.slice(0, 16 * unpadded), 'base64').length;
    throw new InvalidChunkVectorError(
      chunk,
      `is base64 of ${text.length} characters (${given} bytes); ${dimension} little-endian float32 are ${bytes} bytes, ${Math.ceil(bytes / 3) * 4} characters`,
    );
  }

  private setNumbers(chunk: number, values: readonly unknown[]): void {
    const { dimension, floats } = this;
    if (values.length !== dimension)
      throw new InvalidChunkVectorError(chunk, `has ${values.length} values; this store holds vectors of ${dimension}`);
    for (let n = 0; n < dimension; n++) {
      const value = values[n];
      if (typeof value !== 'number') throw new InvalidChunkVectorError(chunk, `holds something at position ${n} that is no number`);
      floats[chunk * dimension + n] = value;
    }
  }

  private normalise(chunk: number): void {
    const vector = this.floats.subarray(chunk * this.dimension, (chunk + 1) * this.dimension);
    let squares = 0;
    for (const value of vector) squares += value * value;
    const length = Math.sqrt(squares);
    if (!Number.isFinite(length)) {
      const at = vector.findIndex((value) => !Number.isFinite(value));
      throw new InvalidChunkVectorError(chunk, `holds ${vector[at]} at position ${at}, which is no finite float32`);
    }
    if (length === 0) throw new InvalidChunkVectorError(chunk, 'is all zero: it points nowhere');
    if (Math.abs(length - 1) <= LENGTH_TOLERANCE) return;
    for (let n = 0; n < vector.length; n++) vector[n] /= length;
    this.normalised++;
  }
}

/** What a header or a line says about its vectors. */
export interface VectorOrigin {
  embeddingModel?: string;
  dimension?: number;
}

/** Whose vectors the store holds. */
export type StoreVectors = Required<VectorOrigin>;

export function readModelName(value: unknown): string {
  return shortText(value, 'embedding_model', MODEL_CHARACTERS_MAX);
}

export function checkOrigin(given: VectorOrigin, ours: StoreVectors): void {
  const { embeddingModel = ours.embeddingModel, dimension = ours.dimension } = given;
  if (embeddingModel === ours.embeddingModel && dimension === ours.dimension) return;
  throw new ForeignVectorsError(`${embeddingModel}, ${dimension} floats each`, ours);
}
