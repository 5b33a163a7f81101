import { expect, test, vi } from 'vitest';
import { FakeBrowser } from '../outbox/FakeBrowser.ts';
import { type OpenTab, openTab } from '../outbox/openTab.tsx';
import { calm, goOffline, goOnline, studio } from '../outbox/world.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';

inVirtualTime();

/** Asks for so many changes of one collection. */
function ask({ now }: OpenTab, count: number, item = 'asset'): void {
  press(() => {
    for (let n = 0; n < count; n++) watch(now.add({ collectionId: 'trees', assetIds: [`${item}_${n}`] }));
  });
}

/** Two tabs that show many changes which wait. */
interface Tabs {
  /** Which has asked for them. */
  readonly asking: OpenTab;
  readonly other: OpenTab;
  readonly count: number;
  open(): OpenTab;
  /** Nothing was looked up until now. */
  startCounting(): void;
}

/** What becomes of them. */
const WORKS: Record<string, (tabs: Tabs) => unknown> = {
  'joined by as many of two tabs at once': ({ asking, other, count }) => {
    ask(asking, count, 'model');
    ask(other, count, 'picture');
  },
  'found by a tab that is opened': ({ open }) => open(),
  'dropped as their user signs out': ({ asking }) => asking.outbox.clear(),
  'forgotten with the cache of their tab': ({ asking }) => asking.queryClient.clear(),
  'taken back one by one in another tab': ({ other }) => {
    press(() => {
      for (const change of other.now.pending) change.discard();
    });
  },
  'found to be done by a tab that wakes': async ({ other, startCounting }) => {
    other.sleep('frozen');
    goOnline();
    await calm(3_000);
    startCounting();
    other.wake();
  },
  'taken over when their tab ends': ({ asking }) => asking.kill(),
  'found to be dropped by a tab that wakes': async ({ asking, other, startCounting }) => {
    other.sleep('frozen');
    await asking.outbox.clear();
    startCounting();
    other.wake();
  },
};

/** How often something is looked up. */
async function stepsOf(work: (tabs: Tabs) => unknown, count: number): Promise<number> {
  const browser = new FakeBrowser();
  const emulator = studio(20);
  const open = () => openTab(browser, emulator);
  const [asking, other] = [open(), open()];
  await calm(200);
  goOffline();
  ask(asking, count);
  await calm(100);
  expect([asking, other].map(({ pending, rows }) => [pending.length, rows[0]])).toEqual(
    Array(2).fill([count, `Trees ${count + 2}`]),
  );
  const lookUps = vi.spyOn(Map.prototype, 'get');
  await work({ asking, other, count, open, startCounting: () => lookUps.mockClear() });
  await calm(100);
  const steps = lookUps.mock.calls.length;
  lookUps.mockRestore();
  for (const { kill } of [asking, other]) kill();
  goOnline();
  return steps;
}

test.each(Object.entries(WORKS))(
  'of changes that are %s, each costs the same, however many there are',
  async (_, work) => {
    const few = await stepsOf(work, 20);
    expect(few).toBeGreaterThan(20);
    expect(await stepsOf(work, 200)).toBeLessThan(13 * few);
  },
);
