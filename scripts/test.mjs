import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/**
 * All tests, in order: what is quick and most often wrong comes first. A stage that fails does not stop the next, so that one run
 * tells everything. Ends with a table and with the totals; those of vitest, plus one for each stage that failed without a test.
 */

const STAGES = ['types', 'lint', 'unit', 'laws', 'package', 'size', 'browser', 'matrix'];
const REPORTS = '.test-reports';

rmSync(REPORTS, { recursive: true, force: true });

const total = { passed: 0, failed: 0 };
const rows = STAGES.map((stage) => {
  console.log(`\n=== npm run test:${stage}`);
  const started = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', `test:${stage}`], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, TEST_REPORTS: `${REPORTS}/${stage}` },
  });
  const { passed, failed } = count(`${REPORTS}/${stage}`);
  total.passed += passed;
  total.failed += status === 0 ? failed : Math.max(1, failed);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  return { stage, result: status === 0 ? 'passed' : 'FAILED', tests: passed + failed, seconds, status };
});

console.log('');
console.table(Object.fromEntries(rows.map(({ stage, result, tests, seconds }) => [stage, { result, tests, seconds }])));
const line = `${total.passed} passed, ${total.failed} failed`;
console.log(line);
writeFileSync(`${REPORTS}/totals.txt`, `${line}\n`);
process.exitCode = rows.every(({ status }) => status === 0) ? 0 : 1;

/** The tests in the reports that vitest wrote into a folder. */
function count(folder) {
  const sum = { passed: 0, failed: 0 };
  for (const file of list(folder)) {
    const report = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));
    sum.passed += report.numPassedTests;
    sum.failed += report.numFailedTests;
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
