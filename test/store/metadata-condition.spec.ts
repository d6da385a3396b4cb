import fc from 'fast-check';
import { metadataConditionFault, type JsonObject } from '../../src/store/index.js';
import { jsonContains } from '../../src/store/search/json-containment.js';
import { containedPart, metadataMatcher } from '../../src/store/search/metadata-condition.js';

const alder: JsonObject = {
  product: 'Alder 400',
  year: 2024,
  released: '2024-03-01',
  beta: false,
  site: null,
  tags: ['pump', 'valve'],
  sizes: [3, 7],
  spec: { watts: 20, plugs: ['C', 'F'] },
};

describe('a condition on metadata', () => {
  const holds: [JsonObject, boolean][] = [
    [{}, true],
    [{ product: 'Alder 400' }, true],
    [{ product: 'Alder' }, false],
    [{ tags: ['pump'] }, true],
    [{ tags: 'pump' }, false],
    [{ tags: { $eq: 'pump' } }, true],
    [{ tags: { $eq: ['pump', 'valve'] } }, true],
    [{ tags: { $eq: ['pump'] } }, false],
    [{ product: { $eq: 'Alder 400' }, year: { $gt: 2023 } }, true],
    [{ product: { $ne: 'Alder 400' } }, false],
    [{ missing: { $ne: 'x' } }, true],
    [{ missing: { $nin: ['x'] } }, true],
    [{ missing: { $eq: null } }, false],
    [{ site: { $eq: null } }, true],
    [{ site: { $exists: true } }, true],
    [{ missing: { $exists: true } }, false],
    [{ missing: { $exists: false } }, true],
    [{ year: { $in: [2023, 2024] } }, true],
    [{ year: { $in: ['2024'] } }, false],
    [{ year: { $in: [] } }, false],
    [{ year: { $nin: [] } }, true],
    [{ tags: { $in: ['x', 'valve'] } }, true],
    [{ tags: { $nin: ['valve'] } }, false],
    [{ year: { $gte: 2024, $lt: 2025 } }, true],
    [{ year: { $gt: 2024 } }, false],
    [{ year: { $lte: 2023 } }, false],
    [{ year: { $gt: '2000' } }, false],
    [{ released: { $gte: '2024-01-01', $lt: '2024-07-01' } }, true],
    [{ missing: { $lt: 5 } }, false],
    [{ beta: { $lt: 5 } }, false],
    [{ sizes: { $gt: 6 } }, true],
    [{ sizes: { $gt: 7 } }, false],
    [{ spec: { watts: { $gte: 20 } } }, true],
    [{ spec: { watts: { $gt: 20 } } }, false],
    [{ spec: { plugs: { $in: ['F'] }, watts: 20 } }, true],
    [{ product: { watts: { $exists: false } } }, false],
    [{ $and: [{ year: 2024 }, { beta: false }] }, true],
    [{ $and: [{ year: 2024 }, { beta: true }] }, false],
    [{ $or: [{ year: 1999 }, { tags: ['valve'] }] }, true],
    [{ $or: [{ year: 1999 }, { year: 2000 }] }, false],
    [{ $not: { year: 2024 } }, false],
    [{ $not: { missing: 1 } }, true],
    [{ year: { $not: { $gt: 2024 } } }, true],
    [{ year: 2024, $or: [{ product: 'x' }, { $and: [{ tags: ['pump'] }, { $not: { site: 'y' } }] }] }, true],
  ];
  it.each(holds)('%j: %s', (condition, expected) => {
    expect(metadataConditionFault(condition)).toBeNull();
    expect(metadataMatcher(condition)(alder)).toBe(expected);
  });

  const faults: [JsonObject, string][] = [
    [{ year: { $above: 3 } }, 'year.$above is no operator'],
    [{ $nor: [{ year: 1 }] }, '$nor is no operator here'],
    [{ $or: [] }, '$or must be a list of conditions, at least one'],
    [{ $or: { year: 1 } }, '$or must be a list'],
    [{ $and: [1] }, '$and must be a list of conditions'],
    [{ $not: 3 }, '$not must be a condition'],
    [{ year: { $in: 3 } }, 'year.$in must be a list'],
    [{ year: { $gt: null } }, 'year.$gt must be a number or a text'],
    [{ year: { $gt: [1] } }, 'year.$gt must be a number or a text'],
    [{ year: { $exists: 'yes' } }, 'year.$exists must be true or false'],
    [{ year: { $gt: 1, size: 2 } }, 'year must hold either operators or names'],
    [{ year: { $not: 3 } }, 'year.$not must hold operators'],
    [{ tags: [{ $eq: 1 }] }, 'tags must not have operators within a list'],
    [{ $or: [{ year: 1 }, { spec: { watts: { $foo: 1 } } }] }, '$or[1].spec.watts.$foo is no operator'],
    [Array.from({ length: 12 }).reduce<JsonObject>((inner) => ({ $not: inner }), { a: 1 }), 'nested deeper than 10'],
  ];
  it.each(faults)('%j is refused', (condition, words) => {
    expect(metadataConditionFault(condition)).toContain(words);
  });

  it('without operators is containment, whatever it holds and however deep', () => {
    const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
    fc.assert(
      fc.property(json, json, (metadata, condition) => {
        fc.pre(!JSON.stringify(condition).includes('$'));
        expect(metadataMatcher(condition as JsonObject)(metadata as JsonObject)).toBe(
          jsonContains(metadata as JsonObject, condition as JsonObject),
        );
      }),
    );
    const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`) as JsonObject;
    expect(metadataConditionFault(deep)).toBeNull();
  });

  it('leaves as its contained part what every match contains', () => {
    expect(containedPart({ product: 'x', year: { $gt: 1 }, $or: [{ a: 1 }], spec: { a: 1 } })).toEqual({ product: 'x', spec: { a: 1 } });
  });
});
