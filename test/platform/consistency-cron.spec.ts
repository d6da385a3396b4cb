import { readConfig } from '../../src/platform/index.js';

describe('CONSISTENCY_CHECK_CRON', () => {
  const read = (value?: string): string | null =>
    readConfig(value === undefined ? {} : { CONSISTENCY_CHECK_CRON: value }).consistency.checkCron;

  it('is three at night by itself, and never when it is empty', () => {
    expect(read()).toBe('0 3 * * *');
    expect(read('')).toBeNull();
    expect(read('  ')).toBeNull();
    expect(read(' 30 */6 1-15 * MON ')).toBe('30 */6 1-15 * MON');
  });

  it.each(['often', '@daily', '* * * *', '* * * * * *', '60 3 * * *', '0 24 * * *', '0 3 31 2 *', '0 3 * * 9', '0 3 * *\n'])(
    'ends the start with one line when it is %j',
    (value) =>
      expect(() => read(value)).toThrow(/^CONSISTENCY_CHECK_CRON=.* is not allowed: it must be five fields \(.*empty for never\.$/),
  );
});
