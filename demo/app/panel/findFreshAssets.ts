import type { Asset } from 'scenario-react';
import { elsewhere } from './elsewhere.ts';

/** Ids of assets that are not in a collection yet. Asked for behind the client's back, so that its log holds its own requests only. */
export async function findFreshAssets(
  collectionId: string,
  howMany: number,
  except: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const found: string[] = [];
  let token = '';
  do {
    const path: string = `/assets?pageSize=100${token && `&paginationToken=${encodeURIComponent(token)}`}`;
    const page = await elsewhere<{ assets: Asset[]; nextPaginationToken?: string }>('GET', path);
    for (const { id, collectionIds } of page.assets)
      if (!collectionIds.includes(collectionId) && !except.has(id)) found.push(id);
    token = page.nextPaginationToken ?? '';
  } while (token && found.length < howMany);
  return found.slice(0, howMany);
}
