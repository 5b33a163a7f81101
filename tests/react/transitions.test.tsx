import { act, fireEvent, render, screen } from '@testing-library/react';
import { Suspense, useState, useTransition } from 'react';
import { expect, test } from 'vitest';
import { useAddAssets, useSuspenseCollection } from '../../src/index.ts';
import { inVirtualTime, openApp, soon } from '../support/app.tsx';

inVirtualTime();

function Detail({ id }: { id: string }) {
  const { data } = useSuspenseCollection(id);
  return <p>{`${data.name} holds ${data.assetCount}`}</p>;
}

function Screen() {
  const [id, setId] = useState('trees');
  const [isPending, startTransition] = useTransition();
  const add = useAddAssets();
  return (
    <>
      <button type="button" onClick={() => startTransition(() => setId('parks'))}>
        go
      </button>
      <button type="button" onClick={() => add.mutate({ collectionId: 'trees', assetIds: ['yew'] })}>
        add
      </button>
      <Suspense fallback={<p>Loading</p>}>
        <Detail id={id} />
      </Suspense>
      <i>{isPending ? 'on the way' : 'here'}</i>
    </>
  );
}

const shown = () =>
  `${screen.getByText(/holds|Loading/).textContent}, ${screen.getByText(/on the way|here/).textContent}`;

test('a transition keeps the collection that is open until the next is there, and what changes in it shows meanwhile', async () => {
  const app = openApp({
    latency: 100,
    collections: [
      { id: 'trees', name: 'Trees' },
      { id: 'parks', name: 'Parks' },
    ],
  });
  render(<Screen />, { wrapper: app.wrapper });
  await act(() => soon(500));
  expect(shown()).toBe('Trees holds 0, here');
  fireEvent.click(screen.getByText('go'));
  expect(shown()).toBe('Trees holds 0, on the way');
  await soon(20);
  fireEvent.click(screen.getByText('add'));
  expect(shown()).toBe('Trees holds 1, on the way');
  await soon(20);
  expect(shown()).toBe('Trees holds 1, on the way');
  await act(() => soon(500));
  expect(shown()).toBe('Parks holds 0, here');
  expect(app.emulator.members('trees').assetIds).toEqual(['yew']);
});
