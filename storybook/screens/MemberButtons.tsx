import { useAddAssets, useAddModels, useRemoveAssets, useRemoveModels } from 'scenario-react';
import { Button } from '../ui/Button.tsx';
import { plural } from '../ui/plural.ts';

/** Buttons that add and remove the given members, whatever is in already. */
export function MemberButtons({
  collectionId,
  assetIds = [],
  modelIds = [],
  optimistic = true,
}: {
  collectionId: string;
  assetIds?: readonly string[];
  modelIds?: readonly string[];
  /** Whether an add of assets shows at once. */
  optimistic?: boolean;
}) {
  const addAssets = useAddAssets({ optimistic });
  const removeAssets = useRemoveAssets();
  const addModels = useAddModels();
  const removeModels = useRemoveModels();
  return (
    <>
      {assetIds.length > 0 && (
        <>
          <Button onClick={() => addAssets.mutate({ collectionId, assetIds })}>
            Add {plural(assetIds.length, 'asset')}
          </Button>
          <Button onClick={() => removeAssets.mutate({ collectionId, assetIds })}>
            Remove {plural(assetIds.length, 'asset')}
          </Button>
        </>
      )}
      {modelIds.length > 0 && (
        <>
          <Button onClick={() => addModels.mutate({ collectionId, modelIds })}>
            Add {plural(modelIds.length, 'model')}
          </Button>
          <Button onClick={() => removeModels.mutate({ collectionId, modelIds })}>
            Remove {plural(modelIds.length, 'model')}
          </Button>
        </>
      )}
    </>
  );
}
