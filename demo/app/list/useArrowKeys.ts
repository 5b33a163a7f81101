import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';

/**
 * Arrow keys, Home and End between the rows of a virtual list, which is one stop of the Tab key.
 *
 * The row in focus is known by its key, not by its place: a collection that is made meanwhile moves every row by one.
 */
export function useArrowKeys(
  keys: readonly string[],
  scroller: RefObject<HTMLElement | null>,
  scrollTo: (index: number) => void,
) {
  const [activeKey, setActiveKey] = useState<string>();
  const wanted = useRef<string>(undefined);
  const active = activeKey === undefined ? -1 : keys.indexOf(activeKey);

  // A row that was out of sight is there only after the next render.
  useEffect(() => {
    const index = wanted.current === undefined ? -1 : keys.indexOf(wanted.current);
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`);
    if (!row) return;
    wanted.current = undefined;
    row.focus();
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const from = Number((event.target as HTMLElement).dataset.index);
    const step = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: keys.length - 1 }[event.key];
    if (step === undefined || Number.isNaN(from)) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(keys.length - 1, step));
    wanted.current = keys[to];
    setActiveKey(keys[to]);
    scrollTo(to);
  };

  return {
    onKeyDown,
    /** The row last in focus; where that is out of sight, the first that is there, so that Tab always finds one. */
    isTabStop: (index: number, first: number, last: number) =>
      index === (active >= first && active <= last ? active : first),
  };
}
