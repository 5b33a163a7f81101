import { QueryErrorResetBoundary } from '@tanstack/react-query';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { Component, type ReactNode, Suspense } from 'react';
import { afterEach, beforeEach, expect, expectTypeOf, test, vi } from 'vitest';
import {
  type Collection,
  useAddAssets,
  useDeleteCollection,
  useSuspenseCollection,
  useSuspenseCollections,
} from '../../src/index.ts';
import { type App, inVirtualTime, openApp, someCollections, soon } from '../support/app.tsx';

inVirtualTime();

class Boundary extends Component<{ onReset: () => void; children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {};
  static getDerivedStateFromError(error: Error) {
    return { error };
  }
  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    const reset = () => {
      this.props.onReset();
      this.setState({ error: undefined } as object);
    };
    return (
      <button type="button" onClick={reset}>
        {error.name}
      </button>
    );
  }
}

function Names() {
  const { data, fetchNextPage } = useSuspenseCollections({ pageSize: 2 });
  expectTypeOf(data).toEqualTypeOf<Collection[]>();
  return (
    <button type="button" onClick={() => void fetchNextPage()}>
      {data.map(({ id, assetCount }) => `${id}:${assetCount}`).join(' ')}
    </button>
  );
}

function One({ id }: { id: string }) {
  const { data } = useSuspenseCollection(id);
  const add = useAddAssets();
  const remove = useDeleteCollection();
  expectTypeOf(data).toEqualTypeOf<Collection>();
  return (
    <>
      <p>{`one ${data.id}:${data.assetCount}`}</p>
      <button type="button" onClick={() => add.mutate({ collectionId: id, assetIds: ['x'] })}>
        add
      </button>
      <button type="button" onClick={() => remove.mutate({ collectionId: id })}>
        delete
      </button>
    </>
  );
}

const open = (app: App, children: ReactNode) =>
  render(
    <QueryErrorResetBoundary>
      {({ reset }) => (
        <Boundary onReset={reset}>
          <Suspense fallback="Loading">{children}</Suspense>
        </Boundary>
      )}
    </QueryErrorResetBoundary>,
    { wrapper: app.wrapper },
  );

/** Outside an `act` React keeps a fallback for a third of a second of real time, so that what comes in pieces does not flicker. */
const revealed = () => act(() => soon(500));

const words = () => document.body.textContent;

test('a list suspends until its first page is there, and not for the next', async () => {
  const app = openApp({ collections: someCollections(3), latency: 100 });
  open(app, <Names />);
  expect(words()).toBe('Loading');
  await revealed();
  expect(words()).toBe('c0:3 c1:3');
  fireEvent.click(screen.getByRole('button'));
  await soon(50);
  expect(words()).toBe('c0:3 c1:3');
  await soon(100);
  expect(words()).toBe('c0:3 c1:3 c2:3');
  expect(app.sent()).toEqual(['GET /collections', 'GET /collections']);
});

test('a collection that a list has does not suspend', async () => {
  const app = openApp({ collections: someCollections(2), latency: 100 });
  const list = open(app, <Names />);
  await revealed();
  list.unmount();
  open(app, <One id="c1" />);
  expect(words()).toContain('one c1:3');
});

test('a change shows at once, and never suspends', async () => {
  const app = openApp({ collections: someCollections(2), latency: 100 });
  open(
    app,
    <>
      <Names />
      <One id="c0" />
    </>,
  );
  await revealed();
  await revealed();
  fireEvent.click(screen.getByText('add'));
  for (let i = 0; i < 30; i++) {
    expect(words()).toContain('c0:4 c1:3one c0:4');
    await soon(10);
  }
});

// React tells of every error that a boundary has caught.
let logged: { mockRestore(): void };
beforeEach(() => {
  logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => logged.mockRestore());

test('a first page that failed is thrown to the error boundary, and read again after a reset', async () => {
  const app = openApp({ collections: someCollections(1) });
  app.emulator.fault({ kind: 'refuse', status: 403, times: 1 });
  open(app, <Names />);
  await revealed();
  expect(words()).toBe('PermissionDeniedError');
  fireEvent.click(screen.getByRole('button'));
  await revealed();
  expect(words()).toBe('c0:3');
});

test('a collection that does not exist is thrown to the error boundary', async () => {
  const app = openApp();
  open(app, <One id="nobody" />);
  await revealed();
  expect(words()).toBe('NotFoundError');
  expect(app.sent()).toEqual(['GET /collections/nobody']);
});

test('one’s own delete goes to the error boundary once the server has confirmed, without a request', async () => {
  const app = openApp({ collections: someCollections(1), latency: 100 });
  open(app, <One id="c0" />);
  await revealed();
  app.sent();
  fireEvent.click(screen.getByText('delete'));
  await soon(50);
  expect(words()).toContain('one c0:3');
  await soon(300);
  expect(words()).toBe('NotFoundError');
  expect(app.sent()).toEqual(['DELETE /collections/c0']);
});
