import { useState } from 'react';

/** A set of ids that a person has ticked. */
export function useChosen() {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  return {
    chosen,
    toggle: (id: string) =>
      setChosen((before) => {
        const after = new Set(before);
        if (!after.delete(id)) after.add(id);
        return after;
      }),
    choose: (ids: Iterable<string>) => setChosen(new Set(ids)),
    clear: () => setChosen(new Set()),
  };
}
