import { renderToString } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import * as library from '../../src/index.ts';
import { openApp } from '../support/app.tsx';

/** What a caller without types can do. */
type Loose = (...args: unknown[]) => unknown;
const hooks = library as unknown as Readonly<Record<string, Loose>>;

function Screen({ hook, args }: { hook: string; args: unknown[] }) {
  hooks[hook]?.(...args);
  return null;
}

/** What a hook throws while it renders. */
function thrownBy(hook: string, ...args: unknown[]): unknown {
  const { wrapper: Wrapper } = openApp();
  try {
    renderToString(
      <Wrapper>
        <Screen hook={hook} args={args} />
      </Wrapper>,
    );
  } catch (error) {
    return error;
  }
  return undefined;
}

const wrong = ['c1', 50, true, ['c1'], () => undefined];

describe.each(wrong)('%j in place of an object is refused by name', (given) => {
  test.each([
    ['useCollections'],
    ['useSuspenseCollections'],
    ['useCollectionAssets', 'c1'],
    ['useCollectionModels', 'c1'],
  ])('as the params of %s', (hook, ...before) => {
    expect(thrownBy(hook, ...before, given)).toMatchObject({
      name: 'InvalidInputError',
      message: expect.stringMatching(/^params must be/),
    });
  });

  test.each([
    ['useCollections', {}],
    ['useSuspenseCollections', {}],
    ['useCollection', 'c1'],
    ['useSuspenseCollection', 'c1'],
    ['useCollectionAssets', 'c1', {}],
    ['useCollectionModels', 'c1', {}],
    ['useCreateCollection'],
    ['useUpdateCollection'],
    ['useDeleteCollection'],
    ['useAddAssets'],
    ['useRemoveAssets'],
    ['useAddModels'],
    ['useRemoveModels'],
    ['usePendingChanges'],
  ])('as the options of %s', (hook, ...before) => {
    expect(thrownBy(hook, ...before, given)).toMatchObject({
      name: 'InvalidInputError',
      message: expect.stringMatching(/^options must be/),
    });
  });
});

test.each(Object.keys(hooks).filter((name) => name.startsWith('use') && !name.includes('Suspense')))(
  '%s takes nothing at all',
  (hook) => {
    for (const nothing of [undefined, null]) expect(thrownBy(hook, nothing, nothing, nothing)).toBeUndefined();
  },
);

test.each([undefined, null, 'client', { baseURL: '/api/scenario' }])(
  'a provider is told that %j is no client',
  (client) => {
    const { wrapper: Wrapper } = openApp();
    expect(() =>
      renderToString(
        <Wrapper>
          <library.ScenarioProvider client={client as unknown as library.Scenario} />
        </Wrapper>,
      ),
    ).toThrow('client must be a Scenario');
  },
);
