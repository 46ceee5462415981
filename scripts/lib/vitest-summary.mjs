// A Vitest reporter that writes counts, and the reason of each skipped test, to the file named by
// WIREBENCH_TEST_SUMMARY. Vitest's own JSON leaves out the reasons.
import { writeFileSync } from 'node:fs';

export default class Summary {
  onTestRunEnd(modules, unhandledErrors) {
    const summary = { passed: 0, failed: [], skipped: [] };
    for (const module of modules) {
      const file = module.relativeModuleId;
      for (const test of module.children.allTests()) {
        const name = `${file} > ${test.fullName}`;
        const { state, note } = test.result();
        if (state === 'passed') summary.passed++;
        else if (state === 'failed') summary.failed.push(name);
        else summary.skipped.push({ name, reason: note ?? 'no reason given' });
      }
      // A file that does not load has no tests that could fail; nor has a broken hook.
      if (module.errors().length > 0) summary.failed.push(file);
      for (const suite of module.children.allSuites())
        if (suite.errors().length > 0) summary.failed.push(`${file} > ${suite.fullName}`);
    }
    for (const error of unhandledErrors) summary.failed.push(`unhandled: ${error.message}`);
    writeFileSync(process.env.WIREBENCH_TEST_SUMMARY, JSON.stringify(summary));
  }
}
