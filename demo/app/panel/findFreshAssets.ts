import type { Asset } from 'scenario-react';
import { elsewhere } from './elsewhere.ts';

/**
 * Ids of assets that are not in a collection yet, the newest or the oldest first.
 *
 * Asked for behind the client's back, so that its log holds its own requests only.
 */
export async function findFreshAssets(
  collectionId: string,
  howMany: number,
  { except = new Set(), from = 'newest' }: { except?: ReadonlySet<string>; from?: 'newest' | 'oldest' } = {},
): Promise<string[]> {
  const found: string[] = [];
  const direction = from === 'newest' ? 'desc' : 'asc';
  let token = '';
  do {
    const path: string = `/assets?pageSize=100&sortDirection=${direction}${token && `&paginationToken=${encodeURIComponent(token)}`}`;
    const page = await elsewhere<{ assets: Asset[]; nextPaginationToken?: string }>('GET', path);
    for (const { id, collectionIds } of page.assets)
      if (!collectionIds.includes(collectionId) && !except.has(id)) found.push(id);
    token = page.nextPaginationToken ?? '';
  } while (token && found.length < howMany);
  return found.slice(0, howMany);
}
