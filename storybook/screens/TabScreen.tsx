import { QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { ScenarioProvider } from 'scenario-react';
import type { Tab } from '../stage/Tab.ts';
import { Button } from '../ui/Button.tsx';
import { ChangesScreen } from './ChangesScreen.tsx';
import { CollectionScreen } from './CollectionScreen.tsx';
import { MemberButtons } from './MemberButtons.tsx';

/** One browser tab of two, and what can be done in it. */
export function TabScreen({ name, tab }: { name: string; tab: Tab }) {
  const [isOpen, setIsOpen] = useState(true);
  const close = () => {
    tab.close();
    setIsOpen(false);
  };
  return (
    <section className="tab" aria-label={name}>
      <p className="tab-head">
        {name} {isOpen && <Button onClick={close}>Close this tab</Button>}
      </p>
      {isOpen ? (
        <QueryClientProvider client={tab.queryClient}>
          <ScenarioProvider client={tab.client} outbox={tab.outbox}>
            <CollectionScreen collectionId="golems">
              <MemberButtons collectionId="golems" assetIds={['ice', 'snow']} modelIds={['pixel']} />
            </CollectionScreen>
            <ChangesScreen />
          </ScenarioProvider>
        </QueryClientProvider>
      ) : (
        <p className="quiet">This tab is closed.</p>
      )}
    </section>
  );
}
