import { readOptions } from '../../scripts/eval/options.js';

describe('the options of npm run eval', () => {
  it('ask for every mode unless they name some', () => {
    expect(readOptions([], 'a key')).toMatchObject({ modes: ['vector', 'keyword', 'hybrid'], limit: null, set: null, key: 'a key' });
    expect(readOptions(['--modes', 'hybrid, vector', '--limit', '5', '--url', 'http://a:1/'], undefined)).toMatchObject({
      modes: ['vector', 'hybrid'],
      limit: 5,
      url: 'http://a:1',
    });
    expect(readOptions(['--help'], undefined)).toBeNull();
  });

  it('take two files to compare, with modes or without', () => {
    expect(readOptions(['--compare', 'a.json', 'b.json'], undefined)?.compare).toEqual([
      { path: 'a.json', mode: null },
      { path: 'b.json', mode: null },
    ]);
    expect(readOptions(['--compare', 'a.json:vector', 'a.json:hybrid'], undefined)?.compare).toEqual([
      { path: 'a.json', mode: 'vector' },
      { path: 'a.json', mode: 'hybrid' },
    ]);
  });

  it.each([
    [['--modes', 'vector,fuzzy'], /there is no mode "fuzzy". There are vector, keyword, hybrid/],
    [['--modes', ''], /there is no mode ""/],
    [['--limit', '0'], /--limit 0 is no whole number from 1/],
    [['--limit', 'ten'], /--limit ten/],
    [['--url', 'localhost:3000'], /--url localhost:3000 is no address/],
    [['--set', 'a', '--questions', 'b'], /not both/],
    [['--set', 'a', '--documents', 'b'], /--documents is for --questions/],
    [['--owner', 'a'], /--owner is for --questions with --url/],
    [['--compare', 'a.json'], /takes two files/],
    [['--compare', 'a.json', 'b.json', 'c.json'], /takes two files/],
    [['--compare', 'a.json', 'b.json', '--set', 'x'], /leave --set out/],
    [['a.json'], /"a\.json" is no option/],
    [['--colour'], /Usage: npm run eval/],
  ])('refuse %j', (args, words) => {
    expect(() => readOptions(args, undefined)).toThrow(words);
  });
});
