import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, useSyncExternalStore } from 'react';
import { type Collection, collectionKeys, useScenario } from 'scenario-react';
import { requestLog } from '../client.ts';
import { isUnnamed } from '../isUnnamed.ts';
import { elsewhere } from './elsewhere.ts';
import { findFreshAssets } from './findFreshAssets.ts';

/** Somebody else at the same studio. What they do shows with the next read, which a tab in focus makes by itself. */
export function Colleague({ collection }: { collection: Collection | undefined }) {
  const queryClient = useQueryClient();
  const { scope } = useScenario();
  const act = useMutation({
    mutationFn: (act: () => Promise<string>) => act(),
    networkMode: 'always',
    onSuccess: () => setReads(requestLog.getState().counts.reads),
  });
  const { reads } = useSyncExternalStore(requestLog.subscribe, requestLog.getState).counts;
  // Only until something was read: then it shows, and the sentence would promise what has happened.
  const [readsThen, setReads] = useState(0);
  const path = `/collections/${encodeURIComponent(collection?.id ?? '')}`;
  const addThree = async (id: string) => {
    await elsewhere('PUT', `${path}/assets`, { assetIds: await findFreshAssets(id, 3, { from: 'oldest' }) });
    return 'Mara has added 3 assets.';
  };
  const rename = async (name: string) => {
    await elsewhere('PUT', path, { name });
    return `Mara has named it “${name}”.`;
  };
  const remove = async () => {
    await elsewhere('DELETE', path);
    return 'Mara has deleted it.';
  };
  // A collection that the server does not know yet is nobody else's to change.
  const id = collection && !isUnnamed(collection) ? collection.id : undefined;
  const name = collection?.name ?? '';
  const chip = (label: string, doIt: (id: string) => Promise<string>) => (
    <button
      type="button"
      className="chip"
      disabled={id === undefined}
      onClick={() => id !== undefined && act.mutate(() => doIt(id))}
    >
      {label}
    </button>
  );
  return (
    <section className="panel-section" aria-labelledby="colleague-heading">
      <h3 id="colleague-heading">Mara, a colleague</h3>
      <div className="chips">
        {chip('adds 3 assets', addThree)}
        {chip('renames it', () => rename(name.endsWith(' (final)') ? name.slice(0, -8) : `${name} (final)`))}
        {chip('deletes it', remove)}
      </div>
      <p className="panel-note" role="status">
        {act.isError && `That did not work: ${act.error.message}`}
        {act.isSuccess && (reads === readsThen ? `${act.data} It shows with the next read.` : act.data)}
        {act.isIdle && 'What she does to the open collection shows with the next read.'}
      </p>
      <button
        type="button"
        className="button small"
        onClick={() => void queryClient.invalidateQueries({ queryKey: collectionKeys.all(scope) })}
      >
        Read everything again
      </button>
    </section>
  );
}
