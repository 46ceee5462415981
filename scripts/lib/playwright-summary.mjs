/** Counts of a Playwright JSON report, and the reason of each skipped test. */
export function summarize(report) {
  const summary = { passed: 0, failed: [], skipped: [] };
  for (const error of report.errors ?? []) summary.failed.push(error.message ?? 'error');
  (function walk(suites, path) {
    for (const suite of suites ?? []) {
      const here = [...path, suite.title];
      for (const spec of suite.specs ?? [])
        for (const test of spec.tests) add(summary, [...here, spec.title].join(' > '), test);
      walk(suite.suites, here);
    }
  })(report.suites, []);
  return summary;
}

function add(summary, name, test) {
  if (test.status === 'expected') summary.passed++;
  else if (test.status === 'skipped') {
    const note = test.annotations.find(({ type }) => type === 'skip' || type === 'fixme');
    summary.skipped.push({ name, reason: note?.description ?? 'no reason given' });
  } else summary.failed.push(name); // 'flaky' too: passing at the second try is not passing.
}
