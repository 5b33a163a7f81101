import { useMutation } from '@tanstack/react-query';
import { type Collection, useAddAssets, usePendingChanges } from 'scenario-react';
import { findFreshAssets } from '../panel/findFreshAssets.ts';

/** Large adds, to see their progress: 60 take two requests, 500 take eleven. */
export function AddMany({ collection }: { collection: Collection }) {
  const { mutate: addAssets } = useAddAssets();
  const changes = usePendingChanges({ collectionId: collection.id });
  const find = useMutation({
    mutationFn: (howMany: number) => {
      const underWay = changes.flatMap(({ variables }) => ('assetIds' in variables ? variables.assetIds : []));
      return findFreshAssets(collection.id, howMany, { except: new Set(underWay) });
    },
    onSuccess: (assetIds) => {
      if (assetIds.length > 0) addAssets({ collectionId: collection.id, assetIds });
    },
    networkMode: 'always',
  });
  return (
    <>
      {[60, 500].map((howMany) => (
        <button key={howMany} type="button" className="button" onClick={() => find.mutate(howMany)}>
          Add {howMany}
        </button>
      ))}
    </>
  );
}
