import { closeSync, openSync, readSync } from 'node:fs';
import { documentOf, parseRow, type MetadataRow } from './metadata-row.js';
import { RowScanner } from './row-scanner.js';

const PIECE_BYTES = 1024 * 1024;
/** Of all rows of one document; POST /import takes lines of 64 MB. */
const DOCUMENT_BYTES_MAX = 60 * 1024 * 1024;

/** Something that stays behind, and why. */
export type OnRefused = (document: string, reason: string) => void;

/**
 * The FAISS side's metadata as documents, whatever the order of its rows. It is read twice: first for where each row stands
 * (some 40 bytes a row are held), then document by document.
 */
export class MetadataFile {
  /** Rows whose text is blank: there is nothing in them to be found. */
  blankRows = 0;
  private readonly ids: (number | string)[] = [];
  private readonly numbers = new Map<number | string, number>();
  private readonly documentOfRow: number[] = [];
  private readonly indexOfRow: number[] = [];
  private readonly offsets: number[] = [];
  private readonly lengths: number[] = [];

  private constructor(private readonly file: number) {}

  /** Throws with words that follow the file's name. */
  static open(path: string): MetadataFile {
    const metadata = new MetadataFile(openSync(path, 'r'));
    try {
      metadata.index();
      return metadata;
    } catch (error) {
      metadata.close();
      throw error;
    }
  }

  get documents(): number {
    return this.ids.length;
  }

  get rows(): number {
    return this.offsets.length;
  }

  close(): void {
    closeSync(this.file);
  }

  /**
   * In the order in which they first appear in the file, their rows by chunk_index.
   *
   * @param bytesMax of all rows of one document
   */
  *lines(ownerId: string | undefined, onRefused: OnRefused, bytesMax = DOCUMENT_BYTES_MAX): Generator<{ name: string; line: string }> {
    const rows = this.rowsInOrder();
    for (let from = 0, to = 0; from < rows.length; from = to) {
      const document = this.documentOfRow[rows[from]];
      while (to < rows.length && this.documentOfRow[rows[to]] === document) to++;
      const own = rows.subarray(from, to);
      const bytes = own.reduce((sum, row) => sum + this.lengths[row], 0);
      const name = `document_id ${this.ids[document]}`;
      if (bytes > bytesMax) {
        onRefused(name, `its ${own.length} rows have ${bytes} bytes, and a document may have ${bytesMax}`);
        continue;
      }
      const read = Array.from(own, (row) => this.read(row));
      yield { name, line: `${JSON.stringify(documentOf(read, ownerId))}\n` };
    }
  }

  private index(): void {
    const scanner = new RowScanner();
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (let at = 0; ;) {
      const bytes = readSync(this.file, piece, 0, PIECE_BYTES, at);
      if (bytes === 0) break;
      for (const row of scanner.push(piece.subarray(0, bytes), at)) {
        this.add(parseRow(row.bytes, scanner.rows), row.offset, row.bytes.length);
      }
      at += bytes;
    }
    scanner.end();
  }

  private add({ document_id: id, chunk_index: index, text }: MetadataRow, offset: number, length: number): void {
    if (text.trim() === '') return void this.blankRows++;
    let number = this.numbers.get(id);
    if (number === undefined) {
      number = this.ids.push(id) - 1;
      this.numbers.set(id, number);
    }
    this.documentOfRow.push(number);
    this.indexOfRow.push(index ?? this.offsets.length);
    this.offsets.push(offset);
    this.lengths.push(length);
  }

  private rowsInOrder(): Uint32Array {
    const { documentOfRow, indexOfRow } = this;
    return Uint32Array.from(this.offsets.keys()).sort(
      (a, b) => documentOfRow[a] - documentOfRow[b] || indexOfRow[a] - indexOfRow[b] || a - b,
    );
  }

  private read(row: number): MetadataRow {
    const bytes = Buffer.allocUnsafe(this.lengths[row]);
    for (let done = 0; done < bytes.length;) {
      const read = readSync(this.file, bytes, done, bytes.length - done, this.offsets[row] + done);
      if (read === 0) throw new Error('became shorter while it was read');
      done += read;
    }
    return parseRow(bytes, row + 1);
  }
}
