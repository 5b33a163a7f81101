import type { Edit, RecordStore } from './RecordStore.ts';

/**
 * Edits a storage. If that fails, edits once more with `hasRoom` false: on a full disk nothing can be put, but records can be removed.
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
    // A storage that cannot even be read cannot be edited.
    if (!isRead) throw error;
    return store.transact((found) => edit(found, false));
  }
}
