import { useCollectionModels, useRemoveModels } from 'scenario-react';
import { Button } from '../ui/Button.tsx';
import { ItemTile } from '../ui/ItemTile.tsx';
import { Loading } from '../ui/Loading.tsx';
import { Notice } from '../ui/Notice.tsx';
import { explain } from './explain.ts';

/** The models of a collection, page after page. */
export function ModelsScreen({ collectionId }: { collectionId: string }) {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useCollectionModels(collectionId);
  const remove = useRemoveModels();
  if (error && !data) return <Notice title={explain(error)} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading what="models" />;
  if (data.length === 0 && !hasNextPage) return <p className="quiet">No models in it.</p>;
  return (
    <>
      <ul className="tiles" aria-label="Models">
        {data.map(({ id, name, thumbnail }) => (
          <ItemTile
            key={id}
            name={name ?? id}
            url={thumbnail?.url}
            onRemove={() => remove.mutate({ collectionId, modelIds: [id] })}
          />
        ))}
      </ul>
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>Load more</Button>}
    </>
  );
}
