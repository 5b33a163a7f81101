import { useEffect, useRef, useState } from 'react';
import { type Collection, useUpdateCollection } from 'scenario-react';
import { Icon } from '../parts/Icon.tsx';

/** The collection's name, which turns into a field. Enter saves, Escape does not, and the focus comes back. */
export function EditableName({ collection }: { collection: Collection }) {
  const [draft, setDraft] = useState<string>();
  const { mutate } = useUpdateCollection();
  const button = useRef<HTMLButtonElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const isEditing = draft !== undefined;
  const wasEditing = useRef(false);
  useEffect(() => {
    if (isEditing) input.current?.select();
    else if (wasEditing.current) button.current?.focus();
    wasEditing.current = isEditing;
  }, [isEditing]);

  if (!isEditing)
    return (
      <div className="name">
        <h2 title={collection.name}>{collection.name}</h2>
        <button
          ref={button}
          type="button"
          className="button icon-button quiet small"
          aria-label="Rename"
          onClick={() => setDraft(collection.name)}
        >
          <Icon name="pencil" />
        </button>
      </div>
    );
  const save = () => {
    const name = draft.trim();
    if (name !== '' && name !== collection.name) mutate({ collectionId: collection.id, name });
    setDraft(undefined);
  };
  return (
    <form
      className="name"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <input
        ref={input}
        className="input"
        aria-label="Name of the collection"
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && setDraft(undefined)}
      />
      <button type="submit" className="button primary small">
        Save
      </button>
      <button type="button" className="button small" onClick={() => setDraft(undefined)}>
        Cancel
      </button>
    </form>
  );
}
