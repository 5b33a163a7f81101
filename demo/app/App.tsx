import { useEffect, useRef, useState } from 'react';
import { Detail } from './detail/Detail.tsx';
import { Header } from './Header.tsx';
import { CollectionList } from './list/CollectionList.tsx';
import { Panel } from './panel/Panel.tsx';
import { useIsOnline } from './parts/useIsOnline.ts';
import { ChangesTray } from './saving/ChangesTray.tsx';
import { useSelectedCollection } from './useSelectedCollection.ts';

const isEmulated = import.meta.env.VITE_EMULATED;

/** The list, one collection, and the panel that makes trouble. On a narrow screen one of the three at a time. */
export function App() {
  const [selected, select] = useSelectedCollection();
  const [hasPanel, setHasPanel] = useState(() => isEmulated && matchMedia('(min-width: 1100px)').matches);
  const isClosing = useRef(false);
  const close = () => {
    isClosing.current = true;
    select(undefined);
  };
  const closePanel = () => {
    setHasPanel(false);
    document.getElementById('panel-toggle')?.focus();
  };
  // Not before it is gone: a modal dialog in it would let nothing else have the focus.
  useEffect(() => {
    if (isClosing.current && selected === undefined) document.getElementById('collections-heading')?.focus();
    isClosing.current = false;
  }, [selected]);
  return (
    <div className="app" data-online={useIsOnline()}>
      <Header hasPanel={hasPanel} onTogglePanel={isEmulated ? () => setHasPanel(!hasPanel) : undefined} />
      <div className="columns" data-detail={selected !== undefined} data-panel={hasPanel}>
        <CollectionList selected={selected} onSelect={select} />
        <Detail key={selected} collectionId={selected} onClose={close} />
        {hasPanel && <Panel collectionId={selected} onClose={closePanel} />}
      </div>
      <ChangesTray />
    </div>
  );
}
