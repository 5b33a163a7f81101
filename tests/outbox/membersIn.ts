import { renderHook } from '@testing-library/react';
import { useAddModels, useRemoveModels } from '../../src/index.ts';
import { press, watch } from '../support/app.tsx';
import type { OpenTab } from './openTab.tsx';

/** What a tab does with items of a kind in a collection. */
export function membersIn(tab: OpenTab, kind: 'assets' | 'models', collectionId: string = 'trees') {
  const { result } = renderHook(() => ({ add: useAddModels().mutateAsync, takeOut: useRemoveModels().mutateAsync }), {
    wrapper: tab.wrapper,
  });
  return kind === 'models'
    ? {
        add: (modelIds: string[]) => press(() => watch(result.current.add({ collectionId, modelIds }))),
        takeOut: (modelIds: string[]) => press(() => watch(result.current.takeOut({ collectionId, modelIds }))),
      }
    : {
        add: (assetIds: string[]) => press(() => watch(tab.now.add({ collectionId, assetIds }))),
        takeOut: (assetIds: string[]) => press(() => watch(tab.now.takeOut({ collectionId, assetIds }))),
      };
}
