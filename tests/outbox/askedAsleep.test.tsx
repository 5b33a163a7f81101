import { describe, expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

const ids = Array.from({ length: 52 }, (_, i) => `tree${i}`);

describe.each(['frozen', 'left'] as const)('a page that is %s', (how) => {
  test.each([
    'asks what a killed tab has sent',
    'asks what a killed tab has sent, and another tab takes that over',
    'waits for what a tab that lives has sent',
    'waits for what a tab has sent that is killed meanwhile',
  ])('while it %s counts none of that twice when it wakes, though a part was refused before', async (during) => {
    for (let passed = 0; passed < 160; passed += 20) {
      const browser = new FakeBrowser();
      const emulator = studio(50, ['oak']);
      const a = openTab(browser, emulator);
      await calm(200);
      emulator.fault({ kind: 'refuse', status: 403, on: 'PUT /collections/trees/assets', times: 1 });
      press(() => watch(a.now.add({ collectionId: 'trees', assetIds: ids })));
      await calm(30);
      // What is left leaves, and is carried out.
      emulator.fault({ kind: 'slow', ms: 3_000, on: 'PUT /collections/trees/assets', times: 1 });
      await calm(90);
      expect(a.writes).toHaveLength(2);
      if (during.startsWith('asks')) a.kill();
      const b = openTab(browser, emulator);
      const c = during.includes('another') ? openTab(browser, emulator) : undefined;
      await calm(passed);
      b.sleep(how);
      await calm(during.includes('another') ? 60 : 10);
      if (during.includes('meanwhile')) a.kill();
      b.wake();
      const shown = new Set<string>();
      for (let ms = 0; ms < 500; ms += 5) {
        await calm(5);
        for (const tab of [b, c]) shown.add(tab?.rows[0] ?? '');
      }
      expect([...shown], `put to sleep after ${passed} ms`).not.toContain('Trees 56');
      await calm(8_000);
      // Whoever takes it over cannot know of the refusal, which nobody has been told: it asks again.
      expect(b.rows).toEqual([during.includes('lives') ? 'Trees 4' : 'Trees 53', 'Parks 0']);
      for (const tab of [a, b, c]) tab?.kill();
    }
  });
});
