import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const at = (path) => new URL(`../${path}`, import.meta.url);
const RESULTS = at('bench/results/latest.md');
const README = at('README.md');
const MARKED = /(?<=<!-- bench -->\n)[\s\S]*?(?=<!-- \/bench -->)/;

/**
 * What the README shows of the results of `npm run bench`: command, date, machine, chart, and the first table. Empty: there are none.
 *
 * @returns {string}
 */
export function benchPart() {
  if (!existsSync(RESULTS)) return '';
  const [, , ...lines] = readFileSync(RESULTS, 'utf8').split('\n');
  const headings = lines.flatMap((line, index) => (line.startsWith('## ') ? [index] : []));
  return lines
    .slice(0, headings[1])
    .map((line) => line.replace(/^## /, '### ').replace('](./', '](bench/results/'))
    .join('\n');
}

/**
 * What the README shows now.
 *
 * @returns {string | undefined}
 */
export function shownPart() {
  return MARKED.exec(readFileSync(README, 'utf8'))?.[0];
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(
    README,
    readFileSync(README, 'utf8').replace(MARKED, () => benchPart()),
  );
}
