import { describe, expect, test } from 'vitest';
import { createScenarioEmulator } from '../../src/testing.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, goOffline, goOnline } from './world.ts';

inVirtualTime();

const NOON = '2026-03-01T12:00:00.000Z';
/** Dates as many servers write them: without zeros at the end. */
const short = (date: string): string => date.replace(/\.(\d*?)0*Z/, (_, digits) => `${digits && '.'}${digits}Z`);
const inParis = (date: string): string => new Date(Date.parse(date) + 3_600_000).toISOString().replace('Z', '+01:00');

describe.each([
  ['without zeros at the end', short, short],
  ['in one zone, and then in another', inParis, String],
])('of a server that writes its dates %s', (_, before, after) => {
  let write = before;
  const studio = () => {
    write = before;
    const emulator = createScenarioEmulator({
      latency: 50,
      now: () => new Date(Date.parse(NOON) + performance.now()),
      collections: [
        { id: 'trees', name: 'Trees', createdAt: NOON },
        { id: 'parks', name: 'Parks', createdAt: '2026-03-01T11:00:00.000Z' },
      ],
    });
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const answer = await emulator.fetch(input, init);
      const text = (await answer.text()).replace(/\d{4}-\d\d-\d\dT[\d:.]*Z/g, write);
      return new Response(text, answer);
    };
    return { emulator, fetch };
  };

  test('a create is found whose page was killed as it was done', async () => {
    const browser = new FakeBrowser();
    const { emulator, fetch } = studio();
    const page = openTab(browser, emulator, { fetch });
    await calm(200);
    press(() => watch(page.now.create({ name: 'Lakes' })));
    await calm(35);
    expect(emulator.collections).toHaveLength(3);
    page.kill();
    write = after;
    const next = openTab(browser, emulator, { fetch });
    await calm(4_000);
    expect(next.pending).toEqual([]);
    expect(next.rows).toEqual(['Lakes 0', 'Trees 0', 'Parks 0']);
    expect(next.writes).toEqual([]);
  });

  test('a page that wakes without a network shows what was done while it slept', async () => {
    const browser = new FakeBrowser();
    const { emulator, fetch } = studio();
    const a = openTab(browser, emulator, { fetch });
    const b = openTab(browser, emulator, { fetch });
    await calm(200);
    press(() => watch(a.now.update({ collectionId: 'trees', name: 'Oaks' })));
    await calm(5);
    b.sleep('left');
    write = after;
    await calm(200);
    goOffline();
    b.wake();
    await calm(200);
    expect(b.pending).toEqual([]);
    expect(b.rows).toEqual(['Oaks 0', 'Parks 0']);
    goOnline();
  });
});
