export interface ScannedRow {
  /** Where its opening brace stands in the file, bytes. */
  offset: number;
  bytes: Buffer;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const WHITE_SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const BYTE_ORDER_MARK = new Set([0xef, 0xbb, 0xbf]);
const ROW_BYTES_MAX = 32 * 1024 * 1024;
const KEY_CHARACTERS_MAX = 64;

/**
 * Finds the rows of a JSON file piece by piece: the objects of an array that is the whole file, or the member `metadata` of
 * an object. Only braces and strings are looked at; whether a row is JSON shows when it is parsed.
 */
export class RowScanner {
  rows = 0;
  private depth = 0;
  /** Depth at which a row's brace opens; 0 before the array was found. */
  private rowDepth = 0;
  private isOver = false;
  private inString = false;
  private isEscaped = false;
  private key = '';
  private isAfterKey = false;
  private parts: Buffer[] = [];
  private partBytes = 0;
  private rowOffset = -1;

  /** @param offset of the piece in the file */
  *push(piece: Buffer, offset: number): Generator<ScannedRow> {
    let from = 0; // of the row in this piece
    for (let n = 0; n < piece.length; n++) {
      const byte = piece[n];
      if (this.inString) {
        this.acceptInString(byte);
        continue;
      }
      if (byte === QUOTE) {
        this.checkBetweenRows(byte);
        this.inString = true;
        this.key = '';
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (this.opens(byte)) {
          from = n;
          this.rowOffset = offset + n;
        }
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        if (this.closes()) yield this.row(piece.subarray(from, n + 1));
      } else if (!WHITE_SPACE.has(byte)) this.acceptOther(byte);
    }
    if (this.rowOffset >= 0) this.keep(piece.subarray(from));
  }

  /** Throws when the file ended inside of something. */
  end(): void {
    if (this.rowDepth === 0) throw new Error('holds no array of rows: neither is it one, nor has it one as its member "metadata"');
    if (this.depth > 0 || this.inString) throw new Error(`ends in the middle, behind row ${this.rows}`);
  }

  private acceptInString(byte: number): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (byte === BACKSLASH) this.isEscaped = true;
    else if (byte === QUOTE) this.inString = false;
    else if (this.rowDepth === 0 && this.depth === 1 && this.key.length < KEY_CHARACTERS_MAX) this.key += String.fromCharCode(byte);
  }

  /** Whether a row begins. */
  private opens(byte: number): boolean {
    const isArray = byte === OPEN_BRACKET && !this.isOver && this.rowDepth === 0;
    if (isArray && (this.depth === 0 || (this.depth === 1 && this.isAfterKey && this.key === 'metadata'))) this.rowDepth = this.depth + 1;
    else if (this.depth === this.rowDepth && this.rowDepth > 0 && !this.isOver) {
      if (byte !== OPEN_BRACE) throw new Error(`has something as row ${this.rows + 1} that is no object`);
      this.depth++;
      return true;
    }
    this.depth++;
    this.isAfterKey = false;
    return false;
  }

  /** Whether a row ends. */
  private closes(): boolean {
    this.depth--;
    if (this.depth < 0) throw new Error(`is no JSON behind row ${this.rows}`);
    if (this.rowDepth > 0 && this.depth < this.rowDepth) this.isOver = true;
    return this.rowOffset >= 0 && this.depth === this.rowDepth;
  }

  private acceptOther(byte: number): void {
    if (this.depth === 0 && !BYTE_ORDER_MARK.has(byte)) throw new Error('is no JSON');
    if (byte !== COMMA) this.checkBetweenRows(byte);
    if (this.rowDepth === 0 && this.depth === 1) this.isAfterKey = byte === COLON;
  }

  private checkBetweenRows(byte: number): void {
    if (this.rowDepth > 0 && this.depth === this.rowDepth && !this.isOver && this.rowOffset < 0)
      throw new Error(`has something as row ${this.rows + 1} that is no object (${JSON.stringify(String.fromCharCode(byte))})`);
  }

  private keep(part: Buffer): void {
    this.partBytes += part.length;
    if (this.partBytes > ROW_BYTES_MAX) throw new Error(`has a row of more than ${ROW_BYTES_MAX} bytes, row ${this.rows + 1}`);
    this.parts.push(Buffer.from(part));
  }

  private row(last: Buffer): ScannedRow {
    const row = { offset: this.rowOffset, bytes: this.parts.length === 0 ? last : Buffer.concat([...this.parts, last]) };
    this.parts = [];
    this.partBytes = 0;
    this.rowOffset = -1;
    this.rows++;
    return row;
  }
}
