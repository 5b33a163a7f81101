import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { library } from './library.tsx';
import { play } from './play.tsx';

test('zz', async () => {
  for (const f of (process.env.CASES ?? '').split(',')) {
    const report = await play(library, JSON.parse(readFileSync(`/tmp/cases/${f}.json`, 'utf8')));
    console.log(`CASE ${f}: ${report.broken.length ? 'BROKEN' : 'ok'}`);
    if (report.broken.length && process.env.SHOW) {
      console.log(report.timeline.join('\n'));
      console.log(report.broken.join('\n'));
    }
  }
}, 600000);
