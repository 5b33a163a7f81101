import { BASE, type Subject } from '../../tests/limits/Subject.ts';
import { membersPath } from './pages.ts';
import { caller, put, retrying } from './vendorClient.ts';

/** The vendor-like client by itself, from which nothing is rendered. */
export const bareClient: Subject = ({ fetch }) => {
  const call = caller(retrying(fetch), BASE);
  const add = (id: string, assetIds: string[]) => call(membersPath(id), put(assetIds));
  return {
    provide: (children) => children,
    useList: () => ({ rows: [], more: () => undefined }),
    useDetail: () => undefined,
    useContents: () => undefined,
    useAdd: () => add,
  };
};
