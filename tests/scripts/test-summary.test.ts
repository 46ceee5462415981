import { describe, expect, test } from 'vitest';
import { summarize } from '../../scripts/lib/playwright-summary.mjs';
import { judge, totalLine } from '../../scripts/test.mjs';

const check = { name: 'lint' };
const runner = {
  name: 'e2e',
  results: { env: 'FILE', read: (report: unknown) => summarize(report) },
};

/** A Playwright report with one test of each of these outcomes. */
const report = (...outcomes: string[]) => ({
  errors: [],
  suites: [
    {
      title: 'a.spec.ts',
      specs: [],
      suites: [
        {
          title: 'group',
          specs: outcomes.map((status, i) => ({
            title: `test ${String(i)}`,
            tests: [
              {
                status,
                annotations: status === 'skipped' ? [{ type: 'skip', description: 'why' }] : [],
              },
            ],
          })),
        },
      ],
    },
  ],
});

describe('judging a step', () => {
  test('a static check is one test', () => {
    expect(totalLine([judge(check, 0, null)])).toBe('1 passed, 0 failed');
    expect(totalLine([judge(check, 2, null)])).toBe('0 passed, 1 failed');
    expect(judge(check, 'SIGKILL', null).failed).toEqual(['lint ended with SIGKILL']);
  });

  test('a runner counts its tests, the flaky ones as failed', () => {
    const outcome = judge(runner, 1, report('expected', 'unexpected', 'flaky', 'skipped'));
    expect(outcome).toEqual({
      passed: 1,
      failed: ['a.spec.ts > group > test 1', 'a.spec.ts > group > test 2'],
      skipped: [{ name: 'a.spec.ts > group > test 3', reason: 'why' }],
    });
  });

  test('a runner that ran nothing has failed, also when all was skipped', () => {
    expect(judge(runner, 0, report()).failed).toEqual(['e2e ran no test']);
    expect(judge(runner, 0, report('skipped')).failed).toEqual(['e2e ran no test']);
  });

  test('a runner that crashed has failed, with or without a report', () => {
    expect(judge(runner, 1, null).failed).toEqual(['e2e ended with 1 and no report']);
    expect(judge(runner, 0, null).failed).toEqual(['e2e ended with 0 and no report']);
    expect(judge(runner, 'SIGKILL', report('expected')).failed).toEqual(['e2e ended with SIGKILL']);
  });

  test('an error outside any test counts', () => {
    const broken = { ...report('expected'), errors: [{ message: 'cannot load a.spec.ts' }] };
    expect(judge(runner, 1, broken)).toMatchObject({
      passed: 1,
      failed: ['cannot load a.spec.ts'],
    });
  });
});

test('the last line sums over the runners and names skipped tests only if there are any', () => {
  const one = { passed: 3, failed: [], skipped: [] };
  const two = { passed: 4, failed: ['x'], skipped: [{ name: 'y', reason: 'z' }] };
  expect(totalLine([one])).toBe('3 passed, 0 failed');
  expect(totalLine([one, two])).toBe('7 passed, 1 failed, 1 skipped');
});
