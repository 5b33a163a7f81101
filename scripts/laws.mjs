// Runs the laws on as many schedules as you like: npm run laws -- --runs 10000 --seed 7
//   --only N       plays schedule N of that seed again, and prints its timeline
//   --all          also every interleaving of three changes and two reads, which takes some forty minutes
//   --with A,B     with these surroundings (tests/laws/surroundings.ts) and no others
//   --tabs         schedules of several tabs over one outbox, in place of those of one page
//   --replay JSON  plays a schedule that a failure has printed
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    all: { type: 'boolean', default: false },
    tabs: { type: 'boolean', default: false },
    only: { type: 'string' },
    replay: { type: 'string' },
    with: { type: 'string' },
  },
});

const one = values.only !== undefined || values.replay !== undefined;
const files = values.tabs
  ? ['tests/laws/tabs.test']
  : one
    ? ['tests/laws/schedules']
    : ['tests/laws/schedules', 'tests/laws/interleavings', 'tests/laws/figures'];
const { status } = spawnSync(
  process.execPath,
  [fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url)), 'run', '--project', 'laws', ...files],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      LAWS_LONG: '1',
      LAWS_RUNS: values.runs,
      LAWS_SEED: values.seed,
      ...(values.all && { LAWS_ALL: '1' }),
      ...(values.only !== undefined && { LAWS_ONLY: values.only }),
      ...(values.with !== undefined && { LAWS_WITH: values.with }),
      ...(values.replay !== undefined && { LAWS_REPLAY: values.replay }),
    },
  },
);
process.exitCode = status ?? 1;
