import { useQuery } from '@tanstack/react-query';
import type { Collection } from 'scenario-react';
import { isUnnamed } from '../isUnnamed.ts';
import { elsewhere } from './elsewhere.ts';

/** The number on the screen beside the number that the server holds: apart while a change is under way, the same when all is quiet. */
export function ServerTruth({ collection }: { collection: Collection }) {
  const { id, itemCount } = collection;
  const isNew = isUnnamed(collection);
  const { data } = useQuery({
    queryKey: ['server-truth', id],
    queryFn: () => elsewhere<{ collection: Collection }>('GET', `/collections/${encodeURIComponent(id)}`),
    refetchInterval: 400,
    enabled: !isNew,
    networkMode: 'always',
    retry: false,
  });
  const truth = isNew ? undefined : data?.collection.itemCount;
  return (
    <dl className="truth" data-same={truth === itemCount}>
      <div>
        <dt>On the screen</dt>
        <dd>{itemCount}</dd>
      </div>
      <div>
        <dt>At the server</dt>
        <dd data-testid="server-count">{truth ?? '–'}</dd>
      </div>
    </dl>
  );
}
