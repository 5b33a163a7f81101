// How a spent limit is lived with, and how many requests a day takes, beside what people use instead; in virtual time: npm run limits
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { installPeers } from './measure/installPeers.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

installPeers();
const { status } = spawnSync(
  process.execPath,
  [here('../node_modules/vitest/vitest.mjs'), 'run', '--config', here('limits/vitest.config.ts')],
  { stdio: 'inherit' },
);
if (status === 0) {
  const figures = readFileSync(here('results/limits.md'), 'utf8');
  const page = here('../docs/limits.md');
  const marked = /(?<=<!-- limits -->\n\n)[\s\S]*?(?=\n<!-- \/limits -->)/;
  writeFileSync(
    page,
    readFileSync(page, 'utf8').replace(marked, () => figures),
  );
  console.log(figures);
}
process.exitCode = status ?? 1;
