import { act, cleanup } from '@testing-library/react';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScenarioEmulator } from '../../src/testing.ts';
import { FakeBrowser } from '../outbox/FakeBrowser.ts';
import { type OpenTab, openTab } from '../outbox/openTab.tsx';
import { rest } from '../outbox/rest.ts';
import { inVirtualTime, press, soon, watch } from '../support/app.tsx';

inVirtualTime();

/** How many schedules: `TABS_RUNS=10000` for many. */
const RUNS = Number(process.env.TABS_RUNS ?? 15);

const STEPS = ['add', 'takeOut', 'rename', 'create', 'fill', 'open', 'kill', 'dieCreating', 'wait', 'wait'] as const;
type Step = readonly [what: (typeof STEPS)[number], who: number, n: number];

const steps: fc.Arbitrary<Step[]> = fc.array(fc.tuple(fc.constantFrom(...STEPS), fc.nat(2), fc.nat(7)), {
  minLength: 4,
  maxLength: 14,
});

const calm = async (milliseconds: number): Promise<void> => {
  for (let passed = 0; passed < milliseconds; passed += 10) {
    await rest(10);
    await soon(10);
  }
};

/** An item that is added, and to what, is wished by one change only, so that each can be looked for at the end. */
class Run {
  readonly browser = new FakeBrowser();
  readonly emulator = createScenarioEmulator({
    latency: (request) => 15 + (request.path.length % 3) * 15,
    collections: [
      { id: 'trees', name: 'Trees', assetIds: ['oak', 'elm', 'ash', 'fir'] },
      { id: 'parks', name: 'Parks' },
    ],
  });
  readonly all: OpenTab[] = [];
  living: OpenTab[] = [];
  readonly stored = new Set<string>();
  count = 0;

  open(): void {
    const tab = openTab(this.browser, this.emulator);
    this.all.push(tab);
    this.living.push(tab);
  }

  kill(tab: OpenTab): void {
    for (const { kind, variables, stored } of tab.now.pending)
      if (stored) this.stored.add(JSON.stringify([kind, variables]));
    tab.kill();
    this.living = this.living.filter((other) => other !== tab);
  }

  async play([what, who, n]: Step): Promise<void> {
    const tab = this.living[who % Math.max(1, this.living.length)];
    if (what === 'open' && this.living.length < 3) this.open();
    else if (what === 'wait') await calm(10 + n * 10);
    else if (!tab || what === 'open') return;
    else if (what === 'kill') this.kill(tab);
    else if (what === 'dieCreating') {
      // While the server has made it, and has not said so.
      this.ask(tab, 'create', n);
      await calm(10 + n * 10);
      this.kill(tab);
    } else this.ask(tab, what, n);
  }

  ask(tab: OpenTab, what: 'add' | 'takeOut' | 'rename' | 'create' | 'fill', n: number): void {
    const name = `${what}-${this.count++}`;
    const rows = tab.now.list ?? [];
    const newest = rows.find(({ clientKey }) => clientKey)?.id ?? 'parks';
    press(() => {
      if (what === 'add') watch(tab.now.add({ collectionId: 'trees', assetIds: [name] }));
      else if (what === 'takeOut')
        watch(tab.now.takeOut({ collectionId: 'trees', assetIds: [['oak', 'elm', 'ash', 'fir'][n % 4] as string] }));
      else if (what === 'rename') watch(tab.now.update({ collectionId: 'parks', name }));
      else if (what === 'create') watch(tab.now.create({ name }));
      else watch(tab.now.add({ collectionId: newest, assetIds: [name] }));
    });
  }
}

test('tabs that are opened and killed at any step make nothing twice, leave nothing waiting, and agree with the server', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (schedule) => {
      const run = new Run();
      run.open();
      await calm(120);
      for (const step of schedule) await run.play(step);
      run.open();
      await calm(20_000);
      const { collections } = run.emulator;
      const shown = collections.map(({ name, assetCount }) => `${name} ${assetCount}`);
      for (const tab of run.living) {
        expect(tab.pending.filter((line) => !line.endsWith('failed'))).toEqual([]);
        expect(tab.rows.toSorted()).toEqual(shown.toSorted());
      }
      // None is made twice.
      const names = collections.map(({ name }) => name).filter((name) => name.startsWith('create'));
      expect(names).toEqual([...new Set(names)]);
      // None that was stored is lost: it is done, or listed as failed.
      const [last] = run.living;
      const failed = new Set(last?.now.pending.map(({ kind, variables }) => JSON.stringify([kind, variables])));
      for (const line of run.stored) {
        const [kind, { collectionId, name, assetIds }] = JSON.parse(line);
        if (failed.has(line) || kind === 'update' || kind === 'removeAssets') continue;
        const isThere =
          kind === 'create'
            ? collections.some((each) => each.name === name)
            : collections.some(({ id }) => run.emulator.members(id).assetIds.includes(assetIds[0]));
        expect(isThere, `${line} of ${collectionId}`).toBe(true);
      }
      await act(() => cleanup());
    }),
    { numRuns: RUNS },
  );
}, 600_000);
