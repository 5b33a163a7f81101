import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { browserArgs, ensureBrowser } from '../scripts/browser.mjs';
import { buildPage } from './measure/buildPage.mjs';
import { bundleBytes } from './measure/bundleBytes.mjs';
import { chart } from './measure/chart.mjs';
import { figures, numbersOf } from './measure/figures.mjs';
import { installPeers } from './measure/installPeers.mjs';
import { markdown } from './measure/markdown.mjs';
import { measureAll } from './measure/measureAll.mjs';
import { servePage } from './measure/servePage.mjs';
import { SUBJECTS } from './measure/subjects.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const { values: options } = parseArgs({
  options: {
    /** Three subjects, two sizes, under a minute. */
    quick: { type: 'boolean', default: false },
    /** Some subjects only, by id: floor,ours,swr. */
    subjects: { type: 'string' },
    /** Some sizes only: 100,100000. */
    sizes: { type: 'string' },
    rounds: { type: 'string' },
    /** The sources of another checkout, to compare with. */
    src: { type: 'string', default: here('../src') },
    /** Where the results go. Default: latest, of a full run; of any other, nothing is kept but what is printed. */
    out: { type: 'string' },
  },
});

const wanted = (options.subjects ?? (options.quick ? 'floor,ours,recipe' : '')).split(',').filter(Boolean);
const subjects = SUBJECTS.filter(({ id }) => !wanted.length || id === 'floor' || wanted.includes(id));
const sizes = (options.sizes ?? (options.quick ? '1000,10000' : '100,1000,10000,100000')).split(',').map(Number);
const plan = {
  subjects,
  sizes,
  step: options.quick ? 500 : 200,
  rounds: Number(options.rounds ?? (options.quick ? 3 : 7)),
  lives: options.quick ? 5 : 10,
  cold: options.quick ? 3 : 9,
  livesMs: options.quick ? 1_500 : 6_000,
  loadMs: 90_000,
  burstMs: options.quick ? 10_000 : 60_000,
  patienceMs: options.quick ? 3_000 : 20_000,
};
const isFull = !options.quick && !options.subjects && !options.sizes;
const out = options.out ?? (isFull ? 'latest' : undefined);

installPeers();

const src = resolve(options.src);
const startedAt = Date.now();
const say = (line) => console.log(`${String(Math.round((Date.now() - startedAt) / 1000)).padStart(4)} s  ${line}`);
const { address, close } = await servePage(await buildPage(src));
const browser = await chromium.launch({ executablePath: ensureBrowser(), args: browserArgs });
try {
  const { sizes: results, gaveUp } = await measureAll(browser, address, plan, say);
  const numbers = new Map(
    [...results].map(([size, bySubject]) => [
      size,
      new Map([...bySubject].map(([id, one]) => [id, numbersOf(one, bySubject.get('floor'))])),
    ]),
  );
  const bytes = await Promise.all(
    [{ names: '{ useCollection, useAddAssets }', limit: 13_400 }, { names: '*' }].map(async (one) => ({
      ...one,
      ...(await bundleBytes(src, one.names)),
    })),
  );
  const reached = figures(numbers, bytes);
  const report = markdown({
    subjects,
    numbers,
    gaveUp,
    figures: reached,
    bytes,
    command: `npm run bench${options.quick ? ' -- --quick' : ''}`,
    machine: `${cpus().length} cores, Chromium ${browser.version()}`,
    date: new Date().toISOString().slice(0, 10),
  });
  if (out) {
    mkdirSync(here('results'), { recursive: true });
    writeFileSync(here(`results/${out}.md`), report.replace('./latest.svg', `./${out}.svg`));
    writeFileSync(here(`results/${out}.svg`), chart(subjects, numbers));
  }
  console.log(report);
  for (const { figure, measured, reached: is } of reached)
    console.log(`${is ? 'reached    ' : 'NOT reached'}  ${figure}: ${measured}`);
} finally {
  await browser.close();
  close();
}
