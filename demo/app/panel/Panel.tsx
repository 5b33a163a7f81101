import { useEffect, useRef } from 'react';
import { useCollection } from 'scenario-react';
import { Icon } from '../parts/Icon.tsx';
import { Colleague } from './Colleague.tsx';
import { LatencyControl } from './LatencyControl.tsx';
import { NextWrite } from './NextWrite.tsx';
import { RequestLogView } from './RequestLogView.tsx';
import { ServerTruth } from './ServerTruth.tsx';
import { Standing } from './Standing.tsx';
import { useWeather } from './useWeather.ts';

/** Makes trouble, so that a person can watch the numbers stay right. Only where the emulator answers. */
export function Panel({ collectionId, onClose }: { collectionId: string | undefined; onClose: () => void }) {
  const { data: collection } = useCollection(collectionId, { enabled: false });
  const { reset } = useWeather();
  const heading = useRef<HTMLHeadingElement>(null);
  // On a narrow screen it covers everything else; the focus must not stay underneath.
  useEffect(() => {
    if (!matchMedia('(min-width: 1100px)').matches) heading.current?.focus();
  }, []);
  return (
    <aside id="panel" className="panel" aria-labelledby="panel-heading">
      <div className="panel-head">
        <h2 id="panel-heading" ref={heading} tabIndex={-1}>
          Make trouble
        </h2>
        <button type="button" className="button small quiet" onClick={reset}>
          Reset
        </button>
        <button type="button" className="button icon-button small quiet" aria-label="Close the panel" onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      {collection && <ServerTruth collection={collection} />}
      <div className="panel-scroller">
        <LatencyControl />
        <NextWrite />
        <Colleague collection={collection} />
        <Standing />
      </div>
      <RequestLogView />
    </aside>
  );
}
