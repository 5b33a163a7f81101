import { render, renderHook } from '@testing-library/react';
import fc from 'fast-check';
import { memo, startTransition, useEffect, useLayoutEffect, useState } from 'react';
import { expect, test } from 'vitest';
import { useAddAssets, useCollection } from '../../src/index.ts';
import { inVirtualTime, openApp, press, soon } from '../support/app.tsx';

inVirtualTime();

const studio = () => openApp({ latency: 20, collections: [{ id: 'trees' }] });
const yew = { collectionId: 'trees', assetIds: ['yew'] };

type Result = ReturnType<typeof useAddAssets>;

/** A component that reads something of the mutation: how often it is rendered for one change, and what it shows in the end. */
async function watchRenders<T>(read: (result: Result) => T) {
  const app = studio();
  let renders = 0;
  const component = app.hook(() => {
    renders++;
    const result = useAddAssets();
    return { result, shown: read(result) };
  });
  await soon(100);
  renders = 0;
  press(() => component.now.result.mutate(yew));
  await soon(200);
  return { renders, ...component.now };
}

test('a component that reads only mutate is not rendered for what becomes of it', async () => {
  const { renders } = await watchRenders(({ mutate }) => typeof mutate);
  expect(renders).toBe(0);
});

test('a component that reads the status is rendered when it changes', async () => {
  const { renders, shown } = await watchRenders(({ status }) => status);
  expect(shown).toBe('success');
  expect(renders).toBe(2);
});

test('what is read outside of a render is as it is then', async () => {
  const { result } = await watchRenders(({ mutate }) => typeof mutate);
  expect(result).toMatchObject({ isSuccess: true, variables: yew, data: { id: 'trees', assetCount: 1 } });
  expect({ ...result }).toMatchObject({ status: 'success' });
});

test('mutate stays the same function, and what another component shows moves without a render of its own', async () => {
  const app = studio();
  const asker = app.hook(() => useAddAssets());
  const shown = app.hook(() => useCollection('trees').data?.assetCount);
  await soon(100);
  const { mutate } = asker.now;
  press(() => mutate(yew));
  expect(shown.now).toBe(1);
  asker.again();
  expect(asker.now.mutate).toBe(mutate);
  await soon(100);
});

test('the app’s throwOnError is asked about an error', async () => {
  const app = studio();
  app.emulator.fault({ kind: 'refuse', status: 403, on: 'PUT' });
  let asked: Error | undefined;
  const throwOnError = (error: Error) => {
    asked = error;
    return false;
  };
  const hook = app.hook(() => useAddAssets({ throwOnError }));
  press(() => hook.now.mutate(yew));
  await soon(200);
  expect(asked).toMatchObject({ status: 403 });
});

const FIELDS = ['status', 'isPending', 'isSuccess', 'isError', 'isIdle', 'data', 'error', 'variables'] as const;
type Field = (typeof FIELDS)[number];

/** What the last mutation of an app has come to, by TanStack Query's own account. */
function truth(app: ReturnType<typeof studio>, isReset: boolean): Record<Field, unknown> {
  const state = isReset ? undefined : app.queryClient.getMutationCache().getAll().at(-1)?.state;
  const status = state?.status ?? 'idle';
  return {
    status,
    isPending: status === 'pending',
    isSuccess: status === 'success',
    isError: status === 'error',
    isIdle: status === 'idle',
    data: state?.data,
    error: state?.error ?? null,
    variables: state?.variables,
  };
}

const arbitraryStep = fc.oneof(
  fc.constantFrom<[string]>(['succeed'], ['fail'], ['reset'], ['wait'], ['render']),
  fc.tuple(fc.constantFrom('show', 'hide', 'peek'), fc.constantFrom(...FIELDS)),
);

test('what a component shows of a mutation is true once React has rendered, whenever, wherever and how often it was read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryStep, { maxLength: 12 }), fc.boolean(), async (steps, isStrict) => {
      const app = studio();
      const fields = new Set<Field>();
      let isReset = true;
      let result: Result | undefined;
      let shown: Partial<Record<Field, unknown>> = {};
      const screen = renderHook(
        () => {
          const mutation = useAddAssets({ onMutate: () => void [...fields].map((field) => mutation[field]) });
          shown = Object.fromEntries([...fields].map((field) => [field, mutation[field]]));
          useEffect(() => {
            result = mutation;
          });
        },
        { wrapper: app.wrapper, reactStrictMode: isStrict },
      );
      const peek = () => void [...fields].map((field) => result?.[field]);
      const act: Record<string, (field: Field) => void> = {
        succeed: () => {
          isReset = false;
          result?.mutate(yew, { onSuccess: peek, onSettled: peek });
        },
        fail: () => {
          isReset = false;
          app.emulator.fault({ kind: 'refuse', status: 403, on: 'PUT', times: 1 });
          result?.mutate(yew, { onError: peek });
        },
        reset: () => {
          isReset = true;
          result?.reset();
        },
        wait: () => undefined,
        render: () => screen.rerender(),
        show: (field) => {
          fields.add(field);
          screen.rerender();
        },
        hide: (field) => {
          fields.delete(field);
          screen.rerender();
        },
        peek: (field) => void result?.[field],
      };
      for (const [what, field] of steps) {
        act[what]?.(field as Field);
        await soon(what === 'wait' ? 100 : 1);
        const now = truth(app, isReset);
        for (const shownField of fields) expect([shownField, shown[shownField]]).toEqual([shownField, now[shownField]]);
      }
      screen.unmount();
      app.queryClient.clear();
      await soon(100);
    }),
    { numRuns: 150 },
  );
});

test('a field that is read first while a mutation is pending goes back when it ends', async () => {
  const app = studio();
  const component = app.hook(() => {
    const [isCurious, ask] = useState(false);
    const add = useAddAssets();
    return { add, ask, shown: isCurious ? add.isPending : undefined };
  });
  press(() => component.now.add.mutate(yew));
  press(() => component.now.ask(true));
  expect(component.now.shown).toBe(true);
  await soon(100);
  expect(component.now.shown).toBe(false);
});

test('a failure that is read only after it happened goes with reset()', async () => {
  const app = studio();
  app.emulator.fault({ kind: 'refuse', status: 403, on: 'PUT' });
  const component = app.hook(() => {
    const [isCurious, ask] = useState(false);
    const add = useAddAssets();
    return { add, ask, shown: isCurious ? [add.isError, add.error?.message] : undefined };
  });
  press(() => component.now.add.mutate(yew));
  await soon(100);
  press(() => component.now.ask(true));
  expect(component.now.shown).toMatchObject([true, expect.stringContaining('403')]);
  press(() => component.now.add.reset());
  await soon(1);
  expect(component.now.shown).toEqual([false, undefined]);
});

test('a callback of mutate that reads the result does not keep the screen from what it has read', async () => {
  const app = studio();
  const component = app.hook(() => {
    const add = useAddAssets();
    return { add, shown: add.isPending };
  });
  const seen: boolean[] = [];
  press(() => component.now.add.mutate(yew, { onSuccess: () => seen.push(component.now.add.isPending) }));
  await soon(1);
  expect(component.now.shown).toBe(true);
  await soon(100);
  expect(seen).toEqual([false]);
  expect(component.now.shown).toBe(false);
});

const Child = memo(function Child({ add }: { add: Result }) {
  return <p>{add.isPending ? 'saving' : 'quiet'}</p>;
});

/** Waits for ever where it is told to, so that what React has rendered is given up. */
function Slow({ wait }: { wait: Promise<never> | undefined }) {
  if (wait) throw wait;
  return null;
}

function Parent({ give }: { give: (add: Result, open: (wait?: Promise<never>) => void) => void }) {
  const [isOpen, open] = useState(false);
  const [wait, setWait] = useState<Promise<never>>();
  const add = useAddAssets();
  useLayoutEffect(() =>
    give(add, (until) =>
      startTransition(() => {
        setWait(until);
        open(true);
      }),
    ),
  );
  return (
    <>
      {isOpen && <Child add={add} />}
      {isOpen && <Slow wait={wait} />}
    </>
  );
}

test('a child that is given the result and reads what its parent does not is shown the end, after a render that was given up', async () => {
  const app = studio();
  let result: Result | undefined;
  let open: (wait?: Promise<never>) => void = () => undefined;
  const give = (add: Result, openChild: typeof open) => {
    result = add;
    open = openChild;
  };
  const { container } = render(<Parent give={give} />, { wrapper: app.wrapper, reactStrictMode: true });
  await soon(1);
  press(() => result?.mutate(yew));
  press(() => open(new Promise<never>(() => undefined)));
  expect(container.textContent).toBe('');
  press(() => open());
  await soon(1);
  expect(container.textContent).toBe('saving');
  await soon(100);
  expect(container.textContent).toBe('quiet');
});
