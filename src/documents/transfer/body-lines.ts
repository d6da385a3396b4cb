export interface BodyLine {
  /** From 1; blank lines count, too, as in an editor. */
  number: number;
  /** Without its end; null when the line was longer than it may be, and was not kept. */
  bytes: Buffer | null;
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const BLANK = /^[ \t\r]*$/;

/**
 * Cuts a body into lines; blank ones, carriage returns at an end and a byte order mark at the beginning are left out. Memory
 * holds what has come of one line, `bytesMax` at most: the rest of a longer one is dropped as it comes.
 */
export async function* bodyLines(pieces: AsyncIterable<Buffer>, bytesMax: number): AsyncGenerator<BodyLine> {
  const line = new LineInWork(bytesMax);
  let number = 1;
  for await (const piece of pieces) {
    for (let start = 0; start < piece.length;) {
      const newline = piece.indexOf(NEWLINE, start);
      const end = newline < 0 ? piece.length : newline;
      line.add(piece.subarray(start, end));
      if (newline >= 0) {
        const whole = line.take(number);
        if (whole) yield whole;
        number++;
      }
      start = end + 1;
    }
  }
  const last = line.take(number);
  if (last) yield last;
}

class LineInWork {
  private parts: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly bytesMax: number) {}

  add(part: Buffer): void {
    this.bytes += part.length;
    if (this.bytes > this.bytesMax) this.parts = [];
    else if (part.length > 0) this.parts.push(part);
  }

  /** Null for a blank line. */
  take(number: number): BodyLine | null {
    const { parts, bytes } = this;
    this.parts = [];
    this.bytes = 0;
    if (bytes > this.bytesMax) return { number, bytes: null };
    const whole = trimmed(parts.length === 1 ? parts[0] : Buffer.concat(parts, bytes), number);
    return isBlank(whole) ? null : { number, bytes: whole };
  }
}

function trimmed(bytes: Buffer, number: number): Buffer {
  const start = number === 1 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  return bytes.subarray(start, Math.max(start, end));
}

/** A line of a document has a brace before long. */
function isBlank(bytes: Buffer): boolean {
  return BLANK.test(bytes.toString('latin1', 0, 64)) && BLANK.test(bytes.toString('latin1'));
}
