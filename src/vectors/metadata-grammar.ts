import { TokenType } from '@streamparser/json';
import { InvalidMetadataError } from './vectors.errors.js';

export type Scalar = string | number | boolean | null;
/** A row as it was written: its fields are known ones, named once, and scalars, nothing more. */
export type RawRow = Map<string, Scalar>;

type Expected =
  | 'array or envelope'
  | 'envelope key'
  | 'envelope colon'
  | 'envelope array'
  | 'first row'
  | 'row'
  | 'row separator'
  | 'envelope end'
  | 'nothing'
  | 'first key'
  | 'key'
  | 'colon'
  | 'value'
  | 'field separator';

/**
 * Holds JSON tokens to the one shape that metadata has: an array of flat objects, bare or as the only member `metadata` of
 * an object. What does not fit is refused at its first token, so that neither depth nor foreign members take any memory.
 */
export class MetadataGrammar {
  /** Rows that were begun. */
  rowsBegun = 0;
  private expected: Expected = 'array or envelope';
  private inEnvelope = false;
  private row: RawRow = new Map();
  private key = '';

  /** @param fields the names that a row may have */
  constructor(
    private readonly fields: ReadonlySet<string>,
    private readonly onRow: (row: RawRow, number: number) => void,
  ) {}

  get isComplete(): boolean {
    return this.expected === 'nothing';
  }

  accept(token: TokenType, value: Scalar): void {
    if (this.expected.startsWith('envelope') || this.expected === 'array or envelope') this.acceptAround(token, value);
    else if (this.expected.endsWith('row') || this.expected === 'row separator') this.acceptBetweenRows(token);
    else if (this.expected === 'nothing') throw new InvalidMetadataError(null, 'goes on after its end');
    else this.acceptInRow(token, value);
  }

  private acceptAround(token: TokenType, value: Scalar): void {
    if (this.expected === 'array or envelope' && token === TokenType.LEFT_BRACE) {
      this.inEnvelope = true;
      this.expected = 'envelope key';
    } else if (this.expected === 'envelope key' && token === TokenType.STRING && value === 'metadata') this.expected = 'envelope colon';
    else if (this.expected === 'envelope colon' && token === TokenType.COLON) this.expected = 'envelope array';
    else if (this.expected === 'envelope end' && token === TokenType.RIGHT_BRACE) this.expected = 'nothing';
    else if ((this.expected === 'array or envelope' || this.expected === 'envelope array') && token === TokenType.LEFT_BRACKET)
      this.expected = 'first row';
    else throw new InvalidMetadataError(null, 'is neither an array of rows nor an object whose only member is the array `metadata`');
  }

  private acceptBetweenRows(token: TokenType): void {
    if (this.expected === 'row separator' && token === TokenType.COMMA) this.expected = 'row';
    else if (this.expected !== 'row' && token === TokenType.RIGHT_BRACKET) this.expected = this.inEnvelope ? 'envelope end' : 'nothing';
    else if (this.expected !== 'row separator' && token === TokenType.LEFT_BRACE) {
      this.rowsBegun++;
      this.row = new Map();
      this.expected = 'first key';
    } else throw new InvalidMetadataError(this.rowsBegun + 1, 'is not a JSON object, or not set apart by a comma');
  }

  private acceptInRow(token: TokenType, value: Scalar): void {
    if (this.expected === 'value') return this.acceptValue(token, value);
    if ((this.expected === 'first key' || this.expected === 'field separator') && token === TokenType.RIGHT_BRACE) {
      this.expected = 'row separator';
      this.onRow(this.row, this.rowsBegun);
    } else if ((this.expected === 'first key' || this.expected === 'key') && token === TokenType.STRING) {
      this.key = String(value);
      if (!this.fields.has(this.key)) throw new InvalidMetadataError(this.rowsBegun, `has the unknown field \`${shorten(this.key)}\``);
      if (this.row.has(this.key)) throw new InvalidMetadataError(this.rowsBegun, `has \`${this.key}\` twice`);
      this.expected = 'colon';
    } else if (this.expected === 'colon' && token === TokenType.COLON) this.expected = 'value';
    else if (this.expected === 'field separator' && token === TokenType.COMMA) this.expected = 'key';
    else throw new InvalidMetadataError(this.rowsBegun, 'is not valid JSON');
  }

  private acceptValue(token: TokenType, value: Scalar): void {
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET)
      throw new InvalidMetadataError(this.rowsBegun, `has an array or an object as \`${this.key}\``);
    if (token === TokenType.COLON || token === TokenType.COMMA || token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET)
      throw new InvalidMetadataError(this.rowsBegun, 'is not valid JSON');
    this.row.set(this.key, value);
    this.expected = 'field separator';
  }
}

/** A name from outside, short enough for a message. */
function shorten(name: string): string {
  return name.length <= 40 ? name : `${name.slice(0, 40)}…`;
}
