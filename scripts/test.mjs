import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * All tests, in order: what is quick and most often wrong comes first. A stage that fails does not stop the next, so that one run
 * tells everything. Ends with a table, with what failed and why, and with the totals: those of vitest, plus one for each stage that
 * failed without a test.
 */

const STAGES = [
  ...['test:types', 'test:lint', 'test:unit', 'test:laws', 'build', 'test:package'],
  ...['test:size', 'test:browser', 'test:react-18', 'test:matrix'],
];
const REPORTS = '.test-reports';

rmSync(REPORTS, { recursive: true, force: true });

const total = { passed: 0, failed: 0 };
const failures = [];
const table = STAGES.map((script) => {
  const stage = script.replace('test:', '');
  console.log(`\n=== npm run ${script}`);
  const started = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', script], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, TEST_REPORTS: `${REPORTS}/${stage}` },
  });
  if (script === 'build' && status === 0) process.env.PACKAGE_IS_BUILT = '1';
  const reports = read(`${REPORTS}/${stage}`);
  const { passed, failed, skipped } = count(reports);
  failures.push(...reports.flatMap(failuresOf));
  // A test that is skipped proves nothing, and looks like one that passed.
  if (skipped > 0) console.log(`${skipped} skipped`);
  const fine = status === 0 && skipped === 0;
  total.passed += passed;
  total.failed += fine ? failed : Math.max(1, failed);
  if (!fine) process.exitCode = 1;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  return `${fine ? 'passed' : 'FAILED'}  ${stage.padEnd(8)}${`${seconds} s`.padStart(9)}${`${passed + failed} tests`.padStart(12)}`;
});

const line = `${total.passed} passed, ${total.failed} failed`;
mkdirSync(REPORTS, { recursive: true });
writeFileSync(`${REPORTS}/totals.txt`, `${line}\n`);
// Said again down here: of a long log, often only the end is kept.
console.log(['', ...table, '', ...failures, line].join('\n'));

/** What vitest's reports add up to. */
function count(reports) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const report of reports) {
    sum.passed += report.numPassedTests;
    sum.failed += report.numFailedTests;
    sum.skipped += report.numPendingTests + report.numTodoTests;
  }
  return sum;
}

/** What failed in a report, each with its reason: tests, and files that could not be run. */
function failuresOf(report) {
  return report.testResults.flatMap((file) => {
    const name = relative('.', file.name);
    const tests = file.assertionResults.filter((test) => test.status === 'failed');
    if (tests.length === 0 && file.status === 'failed') return [`FAILED  ${name}\n${file.message}\n`];
    return tests.map((test) => `FAILED  ${name}: ${test.fullName}\n${test.failureMessages.join('\n')}\n`);
  });
}

/** The reports that vitest wrote into a folder. A stage without vitest leaves none. */
function read(folder) {
  try {
    return readdirSync(folder).map((file) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}
