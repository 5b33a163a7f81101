import type { KeyboardEvent } from 'react';
import type { Collection } from 'scenario-react';
import type { ItemKind } from '../parts/TileItem.ts';

/** Assets or models, as tabs: arrow keys move between the two, Tab goes on to what they show. */
export function KindTabs({
  collection,
  kind,
  onChange,
}: {
  collection: Collection;
  kind: ItemKind;
  onChange: (kind: ItemKind) => void;
}) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    const other = kind === 'assets' ? 'models' : 'assets';
    onChange(other);
    document.getElementById(`tab-${other}`)?.focus();
  };
  const tab = (own: ItemKind, label: string, number: number) => (
    <button
      type="button"
      role="tab"
      id={`tab-${own}`}
      className="tab"
      aria-selected={kind === own}
      aria-controls="contents-pane"
      tabIndex={kind === own ? 0 : -1}
      onClick={() => onChange(own)}
      onKeyDown={onKeyDown}
    >
      {label} <span className="tab-count">{number.toLocaleString('en')}</span>
    </button>
  );
  return (
    <div className="tabs" role="tablist" aria-label="Kind of contents">
      {tab('assets', 'Assets', collection.assetCount)}
      {tab('models', 'Models', collection.modelCount)}
    </div>
  );
}
