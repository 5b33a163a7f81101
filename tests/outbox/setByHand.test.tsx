import { act } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { collectionKeys } from '../../src/index.ts';
import { inVirtualTime, press, watch } from '../support/app.tsx';
import { FakeBrowser } from './FakeBrowser.ts';
import { openTab } from './openTab.tsx';
import { calm, studio } from './world.ts';

inVirtualTime();

const itself: { self?: object } = {};
itself.self = itself;

const SET_BY_HAND: readonly (readonly [what: string, fields: object])[] = [
  ['a function', { render: () => null }],
  ['an observed array', { tags: new Proxy([1], {}) }],
  ['something that holds itself', { itself }],
];

test.each(SET_BY_HAND)(
  'a change of a collection that an app has put %s into waits for a spent limit, and for a session, as any other',
  async (_, fields) => {
    const [browser, emulator, onProblem] = [new FakeBrowser(), studio(50, ['oak']), vi.fn()];
    const [tab, other] = [openTab(browser, emulator, { onProblem }), openTab(browser, emulator)];
    await calm(200);
    const key = collectionKeys.detail('trees', 'default');
    act(() => void tab.queryClient.setQueryData(key, (old) => old && { ...old, ...fields }));
    emulator.fault({ kind: 'rateLimit', seconds: 2, on: ({ method }) => method === 'PUT', times: 1 });
    const add = press(() => watch(tab.now.add({ collectionId: 'trees', assetIds: ['yew'] })));
    await calm(300);
    expect([tab.pending, other.pending]).toEqual([['addAssets paused'], ['addAssets paused']]);
    await calm(3_000);
    act(() => void tab.queryClient.setQueryData(key, (old) => old && { ...old, ...fields }));
    emulator.fault({ kind: 'refuse', status: 401, body: {}, on: ({ method }) => method === 'DELETE', times: 1 });
    const takeOut = press(() => watch(tab.now.takeOut({ collectionId: 'trees', assetIds: ['oak'] })));
    await calm(300);
    expect([tab.pending, other.pending]).toEqual([['removeAssets queued'], ['removeAssets queued']]);
    act(() => void tab.queryClient.invalidateQueries());
    await calm(500);
    expect([add.settled, add.error, takeOut.settled, takeOut.error]).toEqual([1, undefined, 1, undefined]);
    expect([tab.rows[0], other.rows[0]]).toEqual(['Trees 1', 'Trees 1']);
    expect(onProblem).not.toHaveBeenCalled();
  },
);
