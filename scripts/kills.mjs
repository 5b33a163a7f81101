// Kills pages and browsers at many moments, and counts what is lost or made twice: npm run kills -- 300
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// Six sorts of kills.
const runs = Math.ceil(Number(process.argv[2] ?? 300) / 6);
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'e2e', 'tests/e2e/kills'], {
  stdio: 'inherit',
  env: { ...process.env, KILLS: String(runs) },
});
process.exitCode = status ?? 1;
