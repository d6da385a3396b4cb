import fc from 'fast-check';
import type { JsonObject, JsonValue, StoredDocument } from '../../src/store/index.js';
import { AttributeIndex } from '../../src/store/search/attribute-index.js';
import { candidatesOf } from '../../src/store/search/chunk-filter.js';
import { filterKey } from '../../src/store/search/filter-key.js';
import { IdSet } from '../../src/store/search/id-set.js';
import { jsonContains } from '../../src/store/search/json-containment.js';
import { metadataKeys } from '../../src/store/search/property-keys.js';
import { RowBits } from '../../src/store/search/row-bits.js';
import { MemoryChunks } from '../../src/store/segments/memory-chunks.js';
import { RowGroup } from '../../src/store/segments/row-group.js';
import { isAllowed } from '../support/brute-search.js';

const document = (
  id: number,
  metadata: JsonObject,
  ownerId: string | null = null,
  createdAt = '2026-01-01T00:00:00.000Z',
): StoredDocument => ({
  ...{ id, ownerId, metadata, createdAt, title: '', titleGiven: true, filename: '', mimeType: 'text/plain', sizeBytes: 0, sha256: '' },
  ...{ status: 'indexed', error: null, pageCount: 1, charCount: 1, chunkCount: 1, warnings: [], updatedAt: createdAt },
  ...{ indexedAt: createdAt, generation: 1, textGeneration: null },
});

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
const metadata = fc.dictionary(fc.constantFrom('a', 'b', 'c'), json, { maxKeys: 3 }) as fc.Arbitrary<JsonObject>;

/** A part of a value: some of its members, some of its items in any order. */
const partOf = (value: JsonValue): fc.Arbitrary<JsonValue> => {
  if (Array.isArray(value)) return fc.shuffledSubarray(value).chain((items) => fc.tuple(...items.map(partOf)));
  if (value === null || typeof value !== 'object') return fc.constant(value);
  return fc.subarray(Object.keys(value)).chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, partOf(value[name])]))));
};
const wholeAndPart = metadata.chain((whole) => fc.record({ whole: fc.constant(whole), part: partOf(whole) as fc.Arbitrary<JsonObject> }));

it('has for each JSON object all keys of whatever it contains', () => {
  fc.assert(
    fc.property(wholeAndPart, ({ whole, part }) => {
      expect(jsonContains(whole, part)).toBe(true);
      const keys = metadataKeys(whole);
      expect([...metadataKeys(part)].filter((key) => !keys.has(key))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

it('offers every document that a filter allows, whatever came, changed and went', () => {
  const change = fc.record({
    id: fc.integer({ min: 1, max: 40 }),
    metadata,
    ownerId: fc.constantFrom('a', 'b', null),
    day: fc.nat(3),
    gone: fc.boolean(),
  });
  const time = fc.integer({ min: 1, max: 4 }).map((day) => `2026-01-0${day}T00:00:00.000Z`);
  const asked = fc.record({ ownerId: fc.constantFrom('a', 'b'), metadata, createdAfter: time, createdBefore: time }, { requiredKeys: [] });
  fc.assert(
    fc.property(fc.array(change, { size: 'large', maxLength: 200 }), fc.array(asked), (changes, filters) => {
      const index = new AttributeIndex();
      const documents = new Map<number, StoredDocument>();
      for (const { id, metadata, ownerId, day, gone } of changes) {
        const after = gone ? undefined : document(id, metadata, ownerId, `2026-01-0${day + 1}T00:00:00.000Z`);
        index.change(documents.get(id), after);
        if (after) documents.set(id, after);
        else documents.delete(id);
      }
      for (const filter of filters) {
        if (filterKey(filter) === null) continue;
        const candidates = new Set(candidatesOf(filter, index));
        for (const held of documents.values()) if (isAllowed(held, filter)) expect(candidates).toContain(held.id);
        for (const id of candidates) expect(documents.has(id)).toBe(true);
      }
      for (const held of documents.values()) index.change(held, undefined);
      expect(index.postings.keys).toBe(0);
      expect(index.times.count(-Infinity, Infinity)).toBe(0);
    }),
    { numRuns: 100 },
  );
});

it('looks through the shortest list', () => {
  const index = new AttributeIndex();
  for (let id = 1; id <= 500; id++) index.change(undefined, document(id, { all: true, rare: id % 100 }, 'one'));
  expect([...candidatesOf({ ownerId: 'one', metadata: { all: true, rare: 7 } }, index)]).toEqual([7, 107, 207, 307, 407]);
  expect([...candidatesOf({ ownerId: 'one', documentIds: [3] }, index)]).toEqual([3]);
  expect([...candidatesOf({ ownerId: 'one', metadata: { none: 1 } }, index)]).toEqual([]);
});

it('takes filters for the same that ask for the same', () => {
  const one = {
    mimeTypes: ['a', 'b'],
    metadata: { x: 1, y: { p: [1, 2], q: null } },
    documentIds: [3, 1, 2],
    createdAfter: '2026-01-01T00:00:00Z',
  };
  const other = {
    createdAfter: '2026-01-01T00:00:00.000Z',
    documentIds: [1, 2, 3],
    metadata: { y: { q: null, p: [1, 2] }, x: 1 },
    mimeTypes: ['b', 'a', 'b'],
  };
  expect(filterKey(one)).toBe(filterKey(other));
  const different = [
    { ownerId: 'a' },
    { ownerId: 'a"' },
    { metadata: { a: 1 } },
    { metadata: { a: '1' } },
    { documentIds: [] },
    { documentIds: [1] },
    { mimeTypes: [] },
  ];
  expect(new Set(different.map(filterKey)).size).toBe(different.length);
  for (const nothing of [{}, { metadata: {} }]) expect(filterKey(nothing)).toBeNull();
});

it('holds ids as a set does', () => {
  const id = fc.oneof(fc.nat(100), fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.integer({ min: 4090, max: 4100 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(id, fc.boolean()), { size: 'large', maxLength: 300 }), (changes) => {
      const [ids, plain] = [new IdSet(), new Set<number>()];
      for (const [id, isAdded] of changes) {
        if (isAdded) ids.add(id);
        else ids.delete(id);
        if (isAdded) plain.add(id);
        else plain.delete(id);
        expect(ids.has(id)).toBe(isAdded);
      }
      expect(ids.size).toBe(plain.size);
      expect([...ids].sort((a, b) => a - b)).toEqual([...plain].sort((a, b) => a - b));
    }),
    { numRuns: 100 },
  );
});

it('sets rows that live, clears any, and counts them, while the group grows', () => {
  const change = fc.record({ start: fc.nat(2999), count: fc.nat(400), to: fc.constantFrom('allow', 'disallow', 'bury', 'grow') });
  fc.assert(
    fc.property(fc.array(change, { size: 'large', maxLength: 60 }), (changes) => {
      const group = new RowGroup('tail', 'tail', 1, new MemoryChunks(1), 64);
      const bits = new RowBits(group);
      const plain = new Set<number>();
      for (const { start, count, to } of changes) {
        const rows = Array.from({ length: Math.max(0, Math.min(count, group.rows - start)) }, (_, n) => start + n);
        if (to === 'grow')
          group.append(
            new Int32Array(count).fill(1),
            Int32Array.from({ length: count }, (_, n) => group.rows + n),
          );
        else if (to === 'bury') group.bury(start, rows.length);
        else bits[to](start, rows.length);
        if (to === 'allow') rows.filter((row) => group.isLive(row)).forEach((row) => plain.add(row));
        if (to === 'disallow') rows.forEach((row) => plain.delete(row));
      }
      const set = Array.from({ length: group.rows }, (_, row) => row).filter((row) => (bits.bits[row >> 3] >> (row & 7)) & 1);
      expect(set).toEqual([...plain].sort((a, b) => a - b));
      expect(bits.count).toBe(plain.size);
    }),
    { numRuns: 100 },
  );
});
