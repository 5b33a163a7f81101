import { describe, expect, test } from 'vitest';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

/** A server that cuts off the white space around a name. */
function openStudio() {
  const emulator = studio(50, ['oak']);
  const fetch: typeof globalThis.fetch = (input, init) => {
    const isNamed = init?.method === 'POST' && typeof init.body === 'string';
    return emulator.fetch(
      input,
      isNamed ? { ...init, body: JSON.stringify(trimmed(JSON.parse(`${init.body}`))) } : init,
    );
  };
  return { emulator, fetch };
}

const trimmed = (body: { name?: string }) => (body.name === undefined ? body : { ...body, name: body.name.trim() });

describe.each(['Lakes ', ' Lakes', 'Lakes\n'])(
  'of a collection that is called %j, and by the server without the white space,',
  (name) => {
    test('the create is found whose page was killed as it was done', async () => {
      const { emulator, fetch } = openStudio();
      const browser = new FakeBrowser();
      const page = openTab(browser, emulator, { fetch });
      await calm(200);
      press(() => watch(page.now.create({ name })));
      await calm(35);
      expect(emulator.collections.map((each) => each.name)).toEqual(['Lakes', 'Trees', 'Parks']);
      page.kill();
      const next = openTab(browser, emulator, { fetch });
      await calm(6_000);
      expect([next.rows, next.pending, next.writes]).toEqual([['Lakes 0', 'Trees 1', 'Parks 0'], [], []]);
    });

    test('one row is shown while it is made, whatever is read meanwhile', async () => {
      const { emulator, fetch } = openStudio();
      const page = openTab(new FakeBrowser(), emulator, {
        // What it answers to a write takes as long again.
        fetch: async (input, init) => {
          const answer = await fetch(input, init);
          if (init?.method === 'POST') await new Promise((resolve) => setTimeout(resolve, 200));
          return answer;
        },
      });
      await calm(200);
      press(() => watch(page.now.create({ name })));
      await calm(60);
      press(() => void page.queryClient.invalidateQueries());
      await calm(100);
      expect(page.rows).toEqual([`${name} 0`, 'Trees 1', 'Parks 0']);
      await calm(400);
      expect(page.rows).toEqual(['Lakes 0', 'Trees 1', 'Parks 0']);
    });
  },
);
