import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOutbox } from '../../src/outbox.ts';
import { FakeBrowser } from './FakeBrowser.ts';
import { FakePage, type Sent } from './FakePage.ts';
import { rest } from './rest.ts';

function open(browser: FakeBrowser, sent: Sent[]): FakePage {
  return browser.openTab((tab) => new FakePage(createOutbox({ onProblem: () => undefined }), tab, sent));
}

test('what one tab asks for shows in the others, and in a page that is opened later, in one order', async () => {
  const browser = new FakeBrowser();
  const [a, b] = [open(browser, []), open(browser, [])];
  await rest();
  await Promise.all([a.ask('one'), b.ask('two'), a.ask('three')]);
  await rest();
  const c = open(browser, []);
  await rest();
  expect(a.names.toSorted()).toEqual(['one', 'three', 'two']);
  expect(b.names).toEqual(a.names);
  expect(c.names).toEqual(a.names);
});

test('only the tab that asked sends, as long as it lives; then one other does', async () => {
  const browser = new FakeBrowser();
  const sent: Sent[] = [];
  const [a, b, c] = [open(browser, sent), open(browser, sent), open(browser, sent)];
  await a.ask('one');
  await rest();
  await Promise.all([b.send(true), c.send(true)]);
  expect(sent).toEqual([]);
  a.tab.kill();
  await rest();
  await Promise.all([b.send(true), c.send(true)]);
  await rest();
  expect(sent.map(({ name }) => name)).toEqual(['one']);
  expect([b.names, c.names]).toEqual([[], []]);
});

test('who has taken over last sends, however late it hears who had done so before', async () => {
  const browser = new FakeBrowser({ messageTakes: 40 });
  const sent: Sent[] = [];
  const [a, b, c] = [open(browser, sent), open(browser, sent), open(browser, sent)];
  await rest(100);
  await a.ask('one');
  await rest(100);
  a.tab.kill();
  await rest(20);
  // Whoever was first has told nobody yet, when it ends.
  const [first, last] = b.shown[0]?.change.isReady ? [b, c] : [c, b];
  first.tab.kill();
  await rest(100);
  await last.send(true);
  expect(sent.map(({ name, page }) => [name, page === last])).toEqual([['one', true]]);
  await rest();
  expect((await browser.records()).filter(({ kind }) => kind)).toEqual([]);
});

test('what was asked for while the storage was read waits behind what was kept', async () => {
  const browser = new FakeBrowser();
  const before = open(browser, []);
  await before.ask('yesterday');
  before.tab.kill();
  const after = open(browser, []);
  void after.ask('today');
  expect(after.names).toEqual(['today']);
  await rest();
  expect(after.names).toEqual(['yesterday', 'today']);
});

type Step = readonly ['ask' | 'send' | 'sendUnanswered' | 'kill' | 'open' | 'rest' | 'tick', number];

const steps = fc.array(
  fc.tuple(
    fc.constantFrom('ask', 'ask', 'send', 'send', 'sendUnanswered', 'kill', 'open', 'rest', 'tick') as fc.Arbitrary<
      Step[0]
    >,
    fc.nat(5),
  ),
  { minLength: 5, maxLength: 30 },
);

test('whenever tabs are opened and killed, each kept change is sent once, none is lost, and all tabs agree on the order', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(1, 1, 15), async (run, messageTakes) => {
      const browser = new FakeBrowser({ messageTakes });
      const sent: Sent[] = [];
      const pages: FakePage[] = [open(browser, sent)];
      const kept = new Set<string>();
      let count = 0;
      for (const [step, n] of run) {
        const living = pages.filter(({ tab }) => !tab.isClosed);
        const page = living[n % Math.max(1, living.length)];
        if (step === 'open' && living.length < 3) pages.push(open(browser, sent));
        else if (step === 'rest') await rest();
        else if (step === 'tick') await rest(1 + n);
        else if (!page) continue;
        else if (step === 'ask') {
          const name = `n${count++}`;
          void page.ask(name).then(() => page.tab.isClosed || kept.add(name));
        } else if (step === 'kill') page.tab.kill();
        else if (step !== 'open') void page.send(step === 'send');
      }
      const last = open(browser, sent);
      await rest(40 + 4 * messageTakes);
      const living = [...pages, last].filter(({ tab }) => !tab.isClosed);
      for (const page of living) expect(page.names).toEqual(last.names);
      // Everything is sent and answered by those that live.
      for (let i = 0; i < 60 && last.names.length; i++) {
        for (const page of living) {
          for (const shown of page.shown.filter(({ isSent }) => isSent)) {
            shown.isSent = false;
            shown.change.markMayHaveBeenSent(true);
          }
          await page.send(true);
        }
        await rest();
      }
      expect(last.names).toEqual([]);
      const names = sent.map(({ name }) => name);
      expect(names).toEqual([...new Set(names)]);
      expect([...kept].filter((name) => !names.includes(name))).toEqual([]);
    }),
    { numRuns: 400 },
  );
}, 120_000);
