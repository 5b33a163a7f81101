import { useCollectionModels, useRemoveModels } from 'scenario-react';
import { ItemTile } from '../ui/ItemTile.tsx';
import { Loading } from '../ui/Loading.tsx';
import { Notice } from '../ui/Notice.tsx';
import { explain } from './explain.ts';

/** The models of a collection. */
export function ModelsScreen({ collectionId }: { collectionId: string }) {
  const { data, error, refetch } = useCollectionModels(collectionId);
  const remove = useRemoveModels();
  if (error) return <Notice title={explain(error)} error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading what="models" />;
  if (data.length === 0) return <p className="quiet">No models in it.</p>;
  return (
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
  );
}
