import {
  useAddAssets,
  useCollection,
  useCollectionAssets,
  useCollections,
  useCreateCollection,
  useDeleteCollection,
  usePendingChanges,
  useUpdateCollection,
} from '../../../src/index.ts';

function Row({ name, assetCount }: { name: string; assetCount: number }) {
  return <li>{`${name} ${assetCount}`}</li>;
}

/** A user's screen, written as one would write it who leaves memoising to React Compiler. */
export function Screen({ collectionId }: { collectionId: string }) {
  const list = useCollections({ pageSize: 2 });
  const one = useCollection(collectionId, { select: ({ name, assetCount }) => `${name} holds ${assetCount}` });
  const assets = useCollectionAssets(collectionId);
  const pending = usePendingChanges();
  const add = useAddAssets();
  const create = useCreateCollection();
  const update = useUpdateCollection();
  const remove = useDeleteCollection();
  const rows = list.data ?? [];
  const newest = rows[0];
  return (
    <>
      <ul>
        {rows.map(({ id, clientKey, name, assetCount }) => (
          <Row key={clientKey ?? id} name={name} assetCount={assetCount} />
        ))}
      </ul>
      <p>{one.data}</p>
      <p>{`${assets.data?.length ?? 0} shown, ${pending.map(({ kind, status }) => `${kind} ${status}`).join(', ')}`}</p>
      {list.hasNextPage && (
        <button type="button" onClick={() => void list.fetchNextPage()}>
          more
        </button>
      )}
      <button type="button" onClick={() => add.mutate({ collectionId, assetIds: ['yew'] })}>
        add
      </button>
      <button type="button" onClick={() => create.mutate({ name: 'Ponds' })}>
        create
      </button>
      <button type="button" onClick={() => newest && update.mutate({ collectionId: newest.id, name: 'Lakes' })}>
        rename newest
      </button>
      <button type="button" onClick={() => newest && remove.mutate({ collectionId: newest.id })}>
        delete newest
      </button>
      {pending
        .filter(({ status }) => status === 'failed')
        .map((change) => (
          <button key={change.id} type="button" onClick={change.retry}>
            retry
          </button>
        ))}
    </>
  );
}
