import { jest } from '@jest/globals';
import { StopRequests } from '../../src/platform/index.js';
import { ProcessEnd } from '../../src/process-end.js';

describe('the end of the process', () => {
  let lines: string[];

  beforeEach(() => {
    lines = [];
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  });
  afterEach(() => jest.restoreAllMocks());

  function setUp(close: () => Promise<void> = () => Promise.resolve(), deadlineMs = 5_000): { end: ProcessEnd; codes: number[] } {
    const codes: number[] = [];
    return { end: new ProcessEnd(close, (code) => codes.push(code), deadlineMs), codes };
  }

  it('closes once and exits with 0 when it was asked for, however often', async () => {
    let closed = 0;
    const { end, codes } = setUp(() => Promise.resolve(void closed++));
    await Promise.all([end.end(), end.end(), end.end()]);
    expect([closed, codes, lines]).toEqual([1, [0], []]);
  });

  it('says the reason in one line and exits with 1', async () => {
    const { end, codes } = setUp();
    await end.end(new Error('The journal is damaged.\n  Restore it.'));
    expect([codes, lines]).toEqual([[1], ['The journal is damaged. Restore it.\n']]);
  });

  it('exits with 1 when something breaks while it closes', async () => {
    const { end, codes } = setUp(() => Promise.reject(new Error('disk gone')));
    await end.end();
    expect([codes, lines]).toEqual([[1], ['The stop failed: disk gone\n']]);
  });

  it('takes a reason that comes while it closes', async () => {
    const { end, codes } = setUp();
    const first = end.end();
    await Promise.all([first, end.end(new Error('too late to be well'))]);
    expect([codes, lines]).toEqual([[1], ['too late to be well\n']]);
  });

  it('cuts a close short that does not come to an end', async () => {
    const { end, codes } = setUp(() => new Promise(() => undefined), 20);
    void end.end();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(codes).toEqual([1]);
    expect(lines.join('')).toContain('cut short');
  });
});

describe('stop requests', () => {
  it('reach the owner of the process once, with the first reason, also when they came before it', () => {
    const requests = new StopRequests();
    const reasons: string[] = [];
    requests.stop(new Error('first'));
    requests.onRequest((reason) => reasons.push(reason.message));
    requests.stop(new Error('second'));
    expect(reasons).toEqual(['first']);
  });

  it('reach an owner that was there before', () => {
    const requests = new StopRequests();
    const reasons: string[] = [];
    requests.onRequest((reason) => reasons.push(reason.message));
    requests.stop(new Error('now'));
    expect(reasons).toEqual(['now']);
  });
});
