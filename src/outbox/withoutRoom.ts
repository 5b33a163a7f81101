import type { Edit, RecordStore } from './RecordStore.ts';

/**
 * Edits a storage, and once more where that has failed: a full disk has no room for what is put, and removes all the same.
 *
 * `onFull` is told why. Resolves to the keys of what was put.
 */
export async function withoutRoom(
  store: RecordStore,
  edit: (found: readonly unknown[], hasRoom: boolean) => Edit | undefined,
  onFull?: (cause: unknown) => void,
): Promise<readonly number[]> {
  let isRead = false;
  try {
    return await store.transact((found) => {
      isRead = true;
      return edit(found, true);
    });
  } catch (error) {
    onFull?.(error);
    // What cannot be read is not there.
    if (!isRead) throw error;
    return store.transact((found) => edit(found, false));
  }
}
