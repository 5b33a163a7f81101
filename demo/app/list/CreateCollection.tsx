import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { collectionsQueryOptions, useCreateCollection, useScenario } from 'scenario-react';
import { Icon } from '../parts/Icon.tsx';
import { LIST_PARAMS } from './listParams.ts';

/** Makes a collection and opens it at once, before the server knows of it. */
export function CreateCollection({ onCreated }: { onCreated: (collectionId: string) => void }) {
  const [name, setName] = useState('');
  const { mutate } = useCreateCollection();
  const queryClient = useQueryClient();
  const list = collectionsQueryOptions(useScenario(), LIST_PARAMS).queryKey;
  const create = () => {
    if (name.trim() === '') return;
    mutate({ name: name.trim() });
    setName('');
    // It stands first in the list when `mutate` returns.
    const made = queryClient.getQueryData(list)?.pages[0]?.collections[0];
    if (made?.clientKey) onCreated(made.id);
  };
  return (
    <form
      className="create"
      onSubmit={(event) => {
        event.preventDefault();
        create();
      }}
    >
      <label className="visually-hidden" htmlFor="new-name">
        Name of the new collection
      </label>
      <input
        id="new-name"
        className="input"
        value={name}
        placeholder="New collection…"
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className="button primary" disabled={name.trim() === ''}>
        <Icon name="plus" /> Create
      </button>
    </form>
  );
}
