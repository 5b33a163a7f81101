import { useQueryClient } from '@tanstack/react-query';
import { collectionsQueryOptions, useAddAssets, useCreateCollection, useScenario } from 'scenario-react';

export function CreateAndFill({ assetIds }: { assetIds: string[] }) {
  const { mutate: create } = useCreateCollection();
  const { mutate: add } = useAddAssets();
  const queryClient = useQueryClient();
  const { queryKey } = collectionsQueryOptions(useScenario(), { pageSize: 50 }); // the list that is on the screen
  const createAndFill = () => {
    create({ name: 'Frost golems' });
    // It stands first in the list when `create` returns.
    const made = queryClient.getQueryData(queryKey)?.pages[0]?.collections[0];
    if (made?.clientKey) add({ collectionId: made.id, assetIds });
  };
  return (
    <button type="button" onClick={createAndFill}>
      Create and fill
    </button>
  );
}
