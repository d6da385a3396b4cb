import type { MetadataEntry } from '../../src/sync/index.js';
import { readMetadataRows } from '../../src/vectors/metadata-rows.js';
import { InvalidMetadataError } from '../../src/vectors/vectors.errors.js';

const row = {
  document_id: 3,
  chunk_index: 0,
  text: 'Zurücksetzen 🔧 "now"\n',
  faiss_index: 7,
  embedding_model: 'all-MiniLM-L6-v2',
  chunk_length: 20,
};

async function* inPieces(text: string | Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}

async function readAll(text: string | Uint8Array, size = 7): Promise<MetadataEntry[]> {
  const rows: MetadataEntry[] = [];
  for await (const one of readMetadataRows(inPieces(text, size))) rows.push(one);
  return rows;
}

async function refusal(text: string | Uint8Array, size = 7): Promise<InvalidMetadataError> {
  const error: unknown = await readAll(text, size).catch((reason: unknown) => reason);
  if (error instanceof InvalidMetadataError) return error;
  throw new Error(`Was not refused with INVALID_METADATA: ${String(error)}`);
}

describe('Reading metadata rows from a JSON body', () => {
  it.each([1, 2, 3, 5, 64, 10_000])('reads the same rows from pieces of %i bytes', async (size) => {
    expect(await readAll(JSON.stringify([row, { ...row, chunk_index: 1 }]), size)).toEqual([row, { ...row, chunk_index: 1 }]);
  });

  it('reads rows from an object whose only member is metadata', async () => {
    expect(await readAll(JSON.stringify({ metadata: [row] }, null, 2))).toEqual([row]);
  });

  it('needs no more of a row than document, chunk index and text', async () => {
    expect(await readAll('[{"document_id":1,"chunk_index":2,"text":"x"}]')).toEqual([{ document_id: 1, chunk_index: 2, text: 'x' }]);
  });

  it.each(['[]', '{"metadata":[]}', ' [ ] \n'])('reads no rows from %j', async (body) => {
    expect(await readAll(body)).toEqual([]);
  });

  it('refuses every body that ends before its time', async () => {
    for (const whole of [JSON.stringify([row, row]), JSON.stringify({ metadata: [row] })])
      for (let end = 0; end < whole.length; end++) expect((await refusal(whole.slice(0, end), 16)).code).toBe('INVALID_METADATA');
  });

  it.each([
    ['a field of the wrong type', [row, { ...row, text: 5 }], 2, '`text` a text'],
    ['a missing field', [{ chunk_index: 0, text: 'x' }], 1, 'lacks `document_id`'],
    ['a field that is null', [{ ...row, faiss_index: null }], 1, '`faiss_index` an integer'],
    ['a number in quotes', [row, row, { ...row, document_id: '3' }], 3, '`document_id` an integer'],
    ['a fraction', [{ ...row, chunk_index: 0.5 }], 1, '`chunk_index` an integer'],
    ['an id that no database holds', [{ ...row, document_id: 2 ** 31 }], 1, '`document_id` an integer from 1'],
    ['a negative index', [{ ...row, chunk_index: -1 }], 1, '`chunk_index` an integer from 0'],
    ['an unknown field', [row, { ...row, colour: 1 }], 2, 'unknown field `colour`'],
    ['a nested value', [{ ...row, text: ['x'] }], 1, 'an array or an object as `text`'],
    ['a row that is no object', [row, 5], 2, 'is not a JSON object'],
  ])('names the row that has %s', async (_, body, number, words) => {
    const problem = await refusal(JSON.stringify(body));
    expect(problem.members).toEqual({ row: number });
    expect(problem.detail).toContain(`Row ${number} (counted from 1)`);
    expect(problem.detail).toContain(words);
    expect(problem.detail).toContain('Nothing was changed');
  });

  it.each([
    '5',
    '"metadata"',
    'null',
    '{}',
    '{"rows":[]}',
    '{"metadata":{}}',
    '{"metadata":[],"more":1}',
    '{"metadata":[],"metadata":[]}',
    '[] []',
    '[] 12',
    '[],',
    '',
    '   ',
    'document_id=1',
  ])('refuses %j, which is no list of rows', async (body) => {
    expect((await refusal(body)).status).toBe(400);
  });

  it.each([
    '[{"document_id":1 "chunk_index":0}]',
    '[{"document_id"=1}]',
    '[{"document_id":1,}]',
    '[{"document_id":,}]',
    '[{},]',
    '[{"text":"a","text":"b"}]',
  ])('refuses the broken row %j', async (body) => {
    expect((await refusal(body)).members).toHaveProperty('row');
  });

  it('refuses bytes that are not UTF-8', async () => {
    expect(
      (await refusal(Buffer.from([0x5b, 0x7b, 0x22, 0x74, 0x65, 0x78, 0x74, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d, 0x5d]))).code,
    ).toBe('INVALID_METADATA');
  });

  it('refuses depth at its first bracket and endless rows before they fill the memory', async () => {
    expect((await refusal('['.repeat(100_000), 65_536)).detail).toContain('Row 1');
    expect((await refusal(`[{"text":"${'x'.repeat(5 * 1024 * 1024)}"}]`, 65_536)).detail).toContain('takes more than');
  });

  it('asks for no more of the body than its reader has taken', async () => {
    let pieces = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('[');
      for (;;) {
        await Promise.resolve();
        pieces++;
        yield Buffer.from(`${JSON.stringify(row)},`);
      }
    }
    let taken = 0;
    for await (const one of readMetadataRows(endless())) {
      expect(one.document_id).toBe(3);
      if (++taken === 100) break;
    }
    expect(pieces).toBe(100);
  });
});
