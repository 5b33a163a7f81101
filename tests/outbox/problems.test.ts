import { openDB } from 'idb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createOutbox, type Outbox, type OutboxOptions } from '../../src/outbox.ts';
import { FakeBrowser } from './FakeBrowser.ts';
import { FakePage, type Sent } from './FakePage.ts';
import { rest } from './rest.ts';

const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
beforeEach(() => void warn.mockClear());
afterEach(() => vi.useRealTimers());

function open(
  browser: FakeBrowser,
  sent: Sent[] = [],
  options: OutboxOptions = {},
): { page: FakePage; outbox: Outbox } {
  return browser.openTab((tab) => {
    const outbox = createOutbox(options);
    return { outbox, page: new FakePage(outbox, tab, sent) };
  });
}

/** A change is asked for and sent, whatever the outbox can do. */
async function works(page: FakePage, sent: Sent[]): Promise<void> {
  await page.ask('one');
  await page.send(true);
  expect(sent.map(({ name }) => name)).toContain('one');
  expect(page.names).not.toContain('one');
}

const without = (name: 'indexedDB' | 'navigator' | 'BroadcastChannel', work: () => Promise<void>) => async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, name) as PropertyDescriptor;
  Object.defineProperty(globalThis, name, { value: undefined, configurable: true, writable: true });
  Object.assign(globalThis, { window: globalThis });
  try {
    await work();
  } finally {
    Reflect.deleteProperty(globalThis, 'window');
    Object.defineProperty(globalThis, name, before);
  }
};

test.each([
  ['indexedDB', 'There is no IndexedDB.'],
  ['navigator', 'There are no Web Locks'],
  ['BroadcastChannel', 'There is no BroadcastChannel.'],
] as const)('a browser without %s works as without an outbox, and is told why once', (name, reason) =>
  without(name, async () => {
    const outbox = createOutbox();
    const sent: Sent[] = [];
    const page = new FakePage(outbox, { isClosed: false } as FakePage['tab'], sent);
    await works(page, sent);
    expect(outbox.status).toBe('memory');
    expect(outbox.problem?.message).toContain(reason);
    expect(warn).toHaveBeenCalledTimes(1);
    await outbox.clear();
  })(),
);

test('on a server it does nothing, and says nothing', async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'indexedDB') as PropertyDescriptor;
  Reflect.deleteProperty(globalThis, 'indexedDB');
  try {
    const outbox = createOutbox();
    expect(outbox.status).toBe('memory');
    await outbox.clear();
    expect(outbox.problem).toBeUndefined();
    expect(warn).not.toHaveBeenCalled();
  } finally {
    Object.defineProperty(globalThis, 'indexedDB', before);
  }
});

test('a database of a newer version is left alone', async () => {
  const browser = new FakeBrowser();
  const before = globalThis.indexedDB;
  Object.assign(globalThis, { indexedDB: browser.indexedDB });
  (await openDB('scenario-react', 99)).close();
  Object.assign(globalThis, { indexedDB: before });
  const sent: Sent[] = [];
  const { page, outbox } = open(browser, sent);
  await works(page, sent);
  expect(outbox.status).toBe('memory');
  expect(warn).toHaveBeenCalledTimes(1);
});

test('a database that cannot be made is told of once, and leaves no rejection that nobody handles', async () => {
  const browser = new FakeBrowser();
  const openDatabase = browser.indexedDB.open.bind(browser.indexedDB);
  browser.indexedDB.open = (name, version) => {
    const request = openDatabase(name, version);
    // As on a disk without room: what was begun fails with its transaction. Vitest itself fails for what is unhandled.
    request.addEventListener('upgradeneeded', () => queueMicrotask(() => request.transaction?.abort()));
    return request;
  };
  const sent: Sent[] = [];
  const { page, outbox } = open(browser, sent);
  await works(page, sent);
  expect(outbox.status).toBe('memory');
  expect(warn).toHaveBeenCalledTimes(1);
});

test('a record that cannot be read is put aside: kept, told of once, and in nobody’s way', async () => {
  const good = {
    version: 1,
    key: 1,
    scope: 'default',
    tab: 'x',
    kind: 'update',
    variables: { collectionId: 'c', name: 'good' },
    submittedAt: 1,
    collectionId: 'c',
    optimistic: true,
    state: 'queued',
  };
  const odd = [
    null,
    { key: 2, nothing: true },
    ...[
      { version: 2 },
      { key: 'text' },
      { scope: undefined },
      { tab: undefined },
      { kind: 7 },
      { collectionId: null },
      { variables: null },
      { variables: 'name' },
      { submittedAt: 'now' },
      { state: 'done' },
      { left: 'oak' },
      { found: { 0: 'oak' } },
      { sentIds: 7 },
      { of: 9, at: 1, provisional: 'new_1' },
    ].map((field, i) => ({ ...good, key: i + 10, ...field })),
  ];
  const records: unknown[] = [...odd, good];
  const removed: number[] = [];
  const storage = { load: () => records, put: () => undefined, remove: (key: number) => removed.push(key) };
  const sent: Sent[] = [];
  const { page, outbox } = open(new FakeBrowser(), sent, { storage });
  await rest();
  expect(page.names).toEqual(['good']);
  await page.send(true);
  await rest();
  expect(sent.map(({ name }) => name)).toEqual(['good']);
  expect(removed).toEqual([1]);
  expect(outbox.status).toBe('ready');
  expect(warn).toHaveBeenCalledTimes(1);
  expect(outbox.problem?.message).toContain(`${odd.length} records`);
});

test('what changes have come to is forgotten after a week, and not before', async () => {
  const DAY = 86_400_000;
  const outcome = (key: number, days: number) => ({
    version: 1,
    scope: 'default',
    of: key + 10,
    key,
    at: Date.now() - days * DAY,
  });
  const removed: number[] = [];
  const load = () => [outcome(1, 8), outcome(2, 6)];
  open(new FakeBrowser(), [], { storage: { load, put: () => undefined, remove: (key) => removed.push(key) } });
  await rest();
  expect(removed).toEqual([1]);
});

test('a storage that is full: changes are sent without being kept, and kept again when there is room', async () => {
  let isFull = true;
  const kept = new Map<number, unknown>();
  const storage = {
    load: () => [],
    put: (record: { key: number }) => {
      if (isFull) throw new DOMException('The disk is full.', 'QuotaExceededError');
      kept.set(record.key, record);
    },
    remove: (key: number) => kept.delete(key),
  };
  const sent: Sent[] = [];
  const { page, outbox } = open(new FakeBrowser(), sent, { storage });
  await works(page, sent);
  expect(outbox.status).toBe('memory');
  expect(warn).toHaveBeenCalledTimes(1);
  isFull = false;
  await page.ask('two');
  expect(outbox.status).toBe('ready');
  expect(kept.size).toBe(1);
});

test('what could not be marked as sent is not left as if it never was', async () => {
  const kept = new Map<number, { key: number; state?: string }>();
  let isFull = false;
  const storage = {
    load: () => [],
    put: (record: { key: number }) => {
      if (isFull) throw new Error('full');
      kept.set(record.key, record);
    },
    remove: (key: number) => kept.delete(key),
  };
  const sent: Sent[] = [];
  const { page } = open(new FakeBrowser(), sent, { storage });
  await Promise.all([page.ask('one'), page.ask('two')]);
  isFull = true;
  await page.send(false);
  expect(sent).toHaveLength(1);
  expect([...kept.values()]).toMatchObject([{ state: 'queued', variables: { name: 'two' } }]);
});

test('a storage that never answers has no change wait for ever', async () => {
  vi.useFakeTimers();
  const storage = { load: () => new Promise<never>(() => undefined), put: () => undefined, remove: () => undefined };
  const sent: Sent[] = [];
  const { page, outbox } = open(new FakeBrowser(), sent, { storage });
  const asked = page.ask('one');
  await vi.advanceTimersByTimeAsync(6_000);
  await asked;
  await page.send(true);
  expect(sent).toHaveLength(1);
  expect(outbox.status).toBe('memory');
});

test.each(['put', 'remove'] as const)('a storage whose %s never answers holds up no change for ever', async (step) => {
  vi.useFakeTimers();
  const onProblem = vi.fn();
  const storage = {
    load: () => [],
    put: () => undefined,
    remove: () => undefined,
    [step]: () => new Promise(() => {}),
  };
  const sent: Sent[] = [];
  const { page } = open(new FakeBrowser(), sent, { storage, onProblem });
  for (const name of ['one', 'two']) {
    const asked = page.ask(name);
    await vi.advanceTimersByTimeAsync(15_000);
    await asked;
    await page.send(true);
  }
  expect(sent.map(({ name }) => name)).toEqual(['one', 'two']);
  expect(onProblem).toHaveBeenCalled();
});

test.each(['is refused', 'comes late'])(
  'what one click asks for is kept whole or not at all, if one write %s',
  async (how) => {
    vi.useFakeTimers();
    const kept = new Map<number, unknown>();
    const storage = {
      load: () => [...kept.values()],
      put: async (record: { key: number }) => {
        const isOdd = JSON.stringify(record).includes('"two"');
        if (isOdd && how === 'is refused') throw new DOMException('The disk is full.', 'QuotaExceededError');
        if (isOdd) await new Promise((resolve) => setTimeout(resolve, 8_000));
        kept.set(record.key, record);
      },
      remove: (key: number) => kept.delete(key),
    };
    const { page, outbox } = open(new FakeBrowser(), [], { storage });
    const asked = Promise.all(['one', 'two', 'three'].map((name) => page.ask(name)));
    await vi.advanceTimersByTimeAsync(20_000);
    await asked;
    // They are sent all the same, and the next page is not to send one of them again.
    expect([...kept.values()]).toEqual([]);
    expect(outbox.status).toBe('memory');
  },
);

test.each([
  [
    'throws',
    () => {
      throw new Error('mine');
    },
  ],
  ['rejects', () => Promise.reject(new Error('mine'))],
])('an onProblem that %s holds up no change, and the problem is told all the same', async (_, onProblem) => {
  const storage = { load: () => Promise.reject(new Error('locked')), put: () => undefined, remove: () => undefined };
  const sent: Sent[] = [];
  const { page } = open(new FakeBrowser(), sent, { storage, onProblem });
  await works(page, sent);
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('locked'), expect.anything());
});

test('a tab that slept and lost its lock sends nothing that another has taken over', async () => {
  const browser = new FakeBrowser();
  const sent: Sent[] = [];
  const { page: a } = open(browser, sent);
  const { page: b } = open(browser, sent);
  await rest();
  await a.ask('one');
  await rest();
  browser.takeLocks(a.tab);
  const late = a.send(true);
  await rest();
  await late;
  await b.send(true);
  await a.send(true);
  await rest();
  expect(sent.map(({ name }) => name)).toEqual(['one']);
  expect([a.names, b.names]).toEqual([[], []]);
});

test('a tab alone that slept takes back what is its own', async () => {
  const browser = new FakeBrowser();
  const sent: Sent[] = [];
  const { page } = open(browser, sent);
  await page.ask('one');
  browser.takeLocks(page.tab);
  await rest();
  await page.send(true);
  expect(sent.map(({ name }) => name)).toEqual(['one']);
});

test('signing out drops what is kept of a scope, in every tab, and of no other scope', async () => {
  const browser = new FakeBrowser();
  const { page: a, outbox } = open(browser);
  const { page: b } = open(browser);
  await rest();
  await a.ask('one');
  await b.ask('two');
  await rest();
  await outbox.clear('another');
  await rest();
  expect(a.names).toEqual(['one', 'two']);
  await outbox.clear('default');
  await rest();
  expect([a.names, b.names]).toEqual([[], []]);
  const { page: c } = open(browser);
  await rest();
  expect(c.names).toEqual([]);
});

test.each([
  ['studio', 'options'],
  [null, 'options'],
  [7, 'options'],
  [['studio'], 'options'],
  [() => ({}), 'options'],
  [{ name: '' }, 'name'],
  [{ name: 7 }, 'name'],
  [{ onProblem: 'loud' }, 'onProblem'],
  [{ storage: {} }, 'storage.load'],
  [{ storage: { load: () => [], put: () => undefined } }, 'storage.remove'],
])('%j is refused by name', (options, name) => {
  expect(() => createOutbox(options as unknown as OutboxOptions)).toThrow(new RegExp(`: \`${name}\` has to be`));
  expect(() => createOutbox(options as unknown as OutboxOptions)).toThrow(TypeError);
});

test.each([null, { scope: 'default' }, 7])(
  'to clear %j, which is no scope, is refused: it would drop nothing',
  async (scope) => {
    const browser = new FakeBrowser();
    const { page, outbox } = open(browser);
    await rest();
    await page.ask('one');
    await expect(outbox.clear(scope as unknown as string)).rejects.toThrow('`scope` has to be');
    expect(page.names).toEqual(['one']);
  },
);
