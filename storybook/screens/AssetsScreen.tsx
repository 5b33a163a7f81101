import { useCollectionAssets, useRemoveAssets } from 'scenario-react';
import { Button } from '../ui/Button.tsx';
import { ItemTile } from '../ui/ItemTile.tsx';
import { Loading } from '../ui/Loading.tsx';
import { Notice } from '../ui/Notice.tsx';
import { explain } from './explain.ts';

/** The assets of a collection, page after page. */
export function AssetsScreen({ collectionId, pageSize }: { collectionId: string; pageSize?: number | undefined }) {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useCollectionAssets(collectionId, { pageSize });
  const remove = useRemoveAssets();
  if (error && !data) return <Notice title={explain(error)} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading what="assets" />;
  if (data.length === 0 && !hasNextPage) return <p className="quiet">No assets in it.</p>;
  return (
    <>
      <ul className="tiles" aria-label="Assets">
        {data.map(({ id, name, url }) => (
          <ItemTile
            key={id}
            name={name ?? id}
            url={url}
            onRemove={() => remove.mutate({ collectionId, assetIds: [id] })}
          />
        ))}
      </ul>
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>Load more</Button>}
    </>
  );
}
