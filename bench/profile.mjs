import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { browserArgs, ensureBrowser } from '../scripts/browser.mjs';
import { buildPage } from './measure/buildPage.mjs';
import { Stage } from './measure/Stage.mjs';
import { servePage } from './measure/servePage.mjs';
import { topFunctions } from './measure/topFunctions.mjs';

/** Tells where the time of one subject goes: `node bench/profile.mjs --what burst --size 100000`. */
const { values: options } = parseArgs({
  options: {
    subject: { type: 'string', default: 'ours' },
    size: { type: 'string', default: '10000' },
    /** `lives`, `burst` or `load`. */
    what: { type: 'string', default: 'lives' },
    times: { type: 'string', default: '20' },
    src: { type: 'string', default: fileURLToPath(new URL('../src', import.meta.url)) },
    /** Where the whole profile goes, for a browser's own tools. */
    out: { type: 'string' },
  },
});
const size = Number(options.size);
const times = Number(options.times);
const LONG = 300_000;

const { address, close } = await servePage(await buildPage(resolve(options.src), false));
const browser = await chromium.launch({ executablePath: ensureBrowser(), args: browserArgs });
try {
  const stage = await Stage.open(browser, address, options.subject);
  const isLoad = options.what === 'load';
  await stage.load(isLoad ? size - times * 100 : size, LONG);
  if (!isLoad) await stage.warm(20, LONG);
  if (options.what === 'burst') await stage.bursts(200, 2);
  const profile = await stage.profile(async () => {
    if (isLoad) await stage.load(size, LONG);
    else if (options.what === 'burst') await stage.bursts(200, times);
    else await stage.warm(times, LONG);
  });
  if (options.out) writeFileSync(options.out, JSON.stringify(profile));
  console.log(`${options.what} × ${times} at ${size}, self time in ms for each`);
  for (const { ms, name, at, callers } of topFunctions(profile, 40))
    console.log(`${(ms / times).toFixed(3).padStart(9)}  ${name}  ${at}  <- ${callers}`);
} finally {
  await browser.close();
  close();
}
