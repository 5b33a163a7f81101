import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startVirtualTime, stopVirtualTime } from '../support/virtualTime.ts';
import { playAdds, playOneChange, playScroll, playTeam } from './figures.ts';
import { ours } from './ours.tsx';
import { playDay } from './playDay.ts';
import { playRows } from './playRows.ts';

const MINUTE = 60_000;
const RESULTS = readFileSync('bench/results/limits.md', 'utf8');

// They take a second or two, and the machine may have other things to do.
vi.setConfig({ testTimeout: 60_000 });
beforeEach(() => startVirtualTime());
afterEach(stopVirtualTime);

test('120 adds to 120 collections at 100 a minute are all applied soon after the second minute has begun, with 122 requests', async () => {
  const { took, requests, ...figures } = await playAdds(ours, 'header');
  expect(figures).toEqual({ applied: 120, failed: 0 });
  expect(requests).toBeLessThanOrEqual(122);
  expect(took).toBeLessThanOrEqual(MINUTE + 2_000);
});

test('where the server names no wait, within 90 s and with 126 requests', async () => {
  const { took, requests, ...figures } = await playAdds(ours, 'none');
  expect(figures).toEqual({ applied: 120, failed: 0 });
  expect(requests).toBeLessThanOrEqual(126);
  expect(took).toBeLessThanOrEqual(90_000);
});

test('1,000 adds of ten clients behind one proxy are all applied, as if each were alone with its share', async () => {
  const { took, requests, unfairness, ...figures } = await playTeam(ours, true);
  expect(figures).toEqual({ applied: 1000, failed: 0, inAMinute: 100 });
  expect(requests).toBeLessThanOrEqual(1_020);
  expect(unfairness).toBeLessThanOrEqual(1.5);
});

test('a page that is scrolled to in a spent minute is the first request of the next', async () => {
  expect(await playScroll(ours)).toEqual({ place: 1 });
});

test('one change with no limit in sight is one request, and two renders: with the click, and when nothing is pending any more', async () => {
  expect(await playOneChange(ours)).toEqual({ requests: 1, renders: 2 });
});

/** The requests of the day that is printed last in each column, of who shows what is so, and all of it. */
const peers = RESULTS.split('\n\n')
  .find((table) => table.includes('requests of a day'))
  ?.trim()
  .split('\n')
  .slice(3)
  .map((line) => line.split('|').map((cell) => cell.trim()));

test.each([
  { isBeside: true, pageSize: 10 },
  { isBeside: false, pageSize: 10 },
])('a day takes at most half the requests of the best of the others, list beside: $isBeside', async (options) => {
  const { requests, rows, wrongRows } = await playDay(ours, options);
  expect([rows, wrongRows]).toEqual([30, 0]);
  // Who shows one page of three has not read the other two.
  const best = peers?.filter((cells) => options.isBeside || !cells[1]?.startsWith('RTK'));
  expect(best?.length).toBeGreaterThanOrEqual(2);
  for (const cells of best ?? []) expect(requests).toBeLessThanOrEqual(Number(cells[options.isBeside ? 2 : 3]) / 2);
});

test('the guide shows the figures that were printed last', () => {
  expect(readFileSync('docs/limits.md', 'utf8')).toContain(RESULTS);
});

test('the printed figures are those of today (npm run limits prints them anew)', async () => {
  stopVirtualTime();
  const rows = await playRows('scenario-react', ours, { isOurs: true });
  for (const row of Object.values(rows)) expect(RESULTS).toContain(row);
});
