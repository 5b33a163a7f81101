import type { OutboxRecord } from '../../src/outbox.ts';

type Stored = OutboxRecord & { key: number };

/** A storage of the user's own, which counts how often it is asked. */
export function openDisk() {
  const records = new Map<number, Stored>();
  const asked = { load: 0, put: 0, remove: 0 };
  return {
    records,
    asked,
    storage: {
      load: () => {
        asked.load++;
        return [...records.values()];
      },
      put: (record: Stored) => {
        asked.put++;
        records.set(record.key, structuredClone(record));
      },
      remove: (key: number) => {
        asked.remove++;
        records.delete(key);
      },
    },
  };
}
