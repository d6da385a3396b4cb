import { jest } from '@jest/globals';
import { Findings, Unsound } from '../../scripts/verify/findings.js';

describe('the findings of npm run verify', () => {
  let lines: string[];
  beforeEach(() => {
    lines = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
      lines.push(String(line).trimEnd());
      return true;
    });
  });
  afterEach(() => jest.restoreAllMocks());

  it('are a line each, with the cure below the one that is not sound', async () => {
    const findings = new Findings();
    expect(await findings.check('model', 'Fetch it.', () => Promise.resolve('as it should be'))).toBe(true);
    expect(await findings.check('database', 'Start it.', () => Promise.reject(new Error('it is away')))).toBe(false);
    expect(await findings.check('store', 'Look.', () => Promise.reject(new Unsound('it leaks', 'Mend it.')))).toBe(false);
    expect(lines).toEqual([
      '  ✓ model: as it should be',
      '  ✗ database: it is away',
      '      Start it.',
      '  ✗ store: it leaks',
      '      Mend it.',
    ]);
  });

  it('are all sound only when none was not', async () => {
    const findings = new Findings();
    await findings.check('one', '', () => Promise.resolve(''));
    expect(findings.allSound).toBe(true);
    await findings.check('two', '', () => Promise.reject(new Error('no')));
    await findings.check('three', '', () => Promise.resolve(''));
    expect(findings.allSound).toBe(false);
  });
});
