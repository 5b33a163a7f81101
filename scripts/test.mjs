import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * All tests, in order: what is quick and most often wrong comes first. A stage that fails does not stop the next, so that one run
 * tells everything. Ends with a table and with the totals; those of vitest, plus one for each stage that failed without a test.
 */

const STAGES = [
  ...['test:types', 'test:lint', 'test:unit', 'test:laws', 'build', 'test:package'],
  ...['test:size', 'test:browser', 'test:react-18', 'test:matrix'],
];
const REPORTS = '.test-reports';

rmSync(REPORTS, { recursive: true, force: true });

const total = { passed: 0, failed: 0 };
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
  const { passed, failed, skipped } = count(`${REPORTS}/${stage}`);
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
console.log(`\n${table.join('\n')}\n\n${line}`);

/** The tests in the reports that vitest wrote into a folder. */
function count(folder) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const file of list(folder)) {
    const report = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
    sum.passed += report.numPassedTests;
    sum.failed += report.numFailedTests;
    sum.skipped += report.numPendingTests + report.numTodoTests;
  }
  return sum;
}

/** A stage without vitest leaves no folder. */
function list(folder) {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}
