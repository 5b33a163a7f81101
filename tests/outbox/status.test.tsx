import { act, render } from '@testing-library/react';
import { useSyncExternalStore } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createOutbox, type Outbox } from '../../src/outbox.ts';
import { FakeBrowser } from './FakeBrowser.ts';
import { FakePage } from './FakePage.ts';
import { openDisk } from './openDisk.ts';
import { rest } from './rest.ts';

const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
beforeEach(() => void warn.mockClear());

const realIndexedDB = globalThis.indexedDB;
afterEach(() => void Object.assign(globalThis, { indexedDB: realIndexedDB }));

/** An outbox over a disk that can be full, and a page that asks for something. */
function open() {
  const { storage } = openDisk();
  const disk = { isFull: false };
  const put: typeof storage.put = (record) => {
    if (disk.isFull) throw new DOMException('The disk is full.', 'QuotaExceededError');
    storage.put(record);
  };
  const outbox = createOutbox({ storage: { ...storage, put: put as never } });
  return { disk, outbox, page: () => new FakePage(outbox, { isClosed: false } as FakePage['tab'], []) };
}

/** An outbox in a database that somebody else may open, and a page of it. */
function openShared() {
  const browser = new FakeBrowser();
  Object.assign(globalThis, { indexedDB: browser.indexedDB });
  return browser.openTab((tab) => {
    const outbox = createOutbox();
    return { browser, outbox, page: new FakePage(outbox, tab, []) };
  });
}

function Kept({ outbox }: { outbox: Outbox }) {
  const status = useSyncExternalStore(
    outbox.subscribe,
    () => outbox.status,
    () => 'starting',
  );
  return `${status} ${outbox.problem?.message ?? ''}`.trim();
}

test('a component that reads the status shows each', async () => {
  const { disk, outbox, page } = open();
  const { container } = render(<Kept outbox={outbox} />);
  const shown = [container.textContent];
  const ask = async (name: string) => {
    await act(() => its.ask(name));
    shown.push(container.textContent);
  };
  const its = page();
  await act(() => rest());
  shown.push(container.textContent);
  disk.isFull = true;
  await ask('one');
  disk.isFull = false;
  await ask('two');
  const problem = 'scenario-react/outbox could not keep a change. The disk is full.';
  expect(shown).toEqual(['starting', 'ready', `memory ${problem}`, `ready ${problem}`]);
});

test('a page whose database is taken by a newer version of the library says so at once, and once', async () => {
  const { browser, outbox, page } = openShared();
  const { container } = render(<Kept outbox={outbox} />);
  await act(() => rest());
  expect(container.textContent).toBe('ready');
  const upgrade = browser.indexedDB.open('scenario-react', 2);
  await act(() => rest());
  upgrade.result.close();
  expect(container.textContent).toMatch(/^memory scenario-react\/outbox .* version/);
  expect(warn).toHaveBeenCalledTimes(1);
  await act(() => page.ask('one'));
  expect(container.textContent).toMatch(/^memory/);
});

test('a page whose database somebody deletes keeps the next change in another', async () => {
  const { browser, outbox, page } = openShared();
  await rest();
  browser.indexedDB.deleteDatabase('scenario-react');
  await rest();
  expect((await browser.indexedDB.databases()).map(({ name }) => name)).toEqual([]);
  expect([outbox.status, outbox.problem]).toEqual(['ready', undefined]);
  await page.ask('one');
  expect([outbox.status, outbox.problem]).toEqual(['ready', undefined]);
  expect((await browser.records()).filter(({ kind }) => kind)).toHaveLength(1);
});

test('a component shows that IndexedDB was opened, before anything was asked for', async () => {
  const outbox = new FakeBrowser().openTab(() => createOutbox());
  const { container } = render(<Kept outbox={outbox} />);
  expect(container.textContent).toBe('starting');
  await act(() => rest());
  expect(container.textContent).toBe('ready');
});

test('who listens is told of what has changed, not of every change that is kept, until it ends that', async () => {
  const { disk, outbox, page } = open();
  const told: unknown[] = [];
  const end = outbox.subscribe(() => told.push(outbox.problem ? `${outbox.status}, a problem` : outbox.status));
  const its = page();
  await rest();
  await its.ask('one');
  await its.ask('two');
  expect(told).toEqual(['ready']);
  disk.isFull = true;
  await its.ask('three');
  expect(told).toEqual(['ready', 'memory, a problem']);
  end();
  disk.isFull = false;
  await its.ask('four');
  expect([told.length, outbox.status]).toEqual([2, 'ready']);
});

test('one that throws takes no change with it, and is heard of', async () => {
  const { outbox, page } = open();
  const thrown: unknown[] = [];
  const hear = (error: unknown) => thrown.push(error);
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').on('uncaughtException', hear);
  try {
    const error = new Error('It throws.');
    outbox.subscribe(() => {
      throw error;
    });
    const its = page();
    await rest();
    await its.ask('one');
    expect(outbox.status).toBe('ready');
    expect(outbox.problem).toBeUndefined();
    expect(thrown).toEqual([error]);
  } finally {
    process.off('uncaughtException', hear);
    for (const listener of before) process.on('uncaughtException', listener);
  }
});
