import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  Scenario,
  ScenarioProvider,
  useAddAssets,
  useCollection,
  useCollectionAssets,
  useCollections,
} from '../../src/index.ts';
import { BASE, type Subject } from './Subject.ts';

const NONE: never[] = [];

/** This library, as its README says. */
export const ours: Subject = ({ fetch, staleTime, pageSize }) => {
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime } } });
  const client = new Scenario({ baseURL: BASE, fetch });
  return {
    provide: (children) => (
      <QueryClientProvider client={queryClient}>
        <ScenarioProvider client={client}>{children}</ScenarioProvider>
      </QueryClientProvider>
    ),
    useList: () => {
      const { data = NONE, fetchNextPage } = useCollections({ pageSize });
      return { rows: data, more: () => void fetchNextPage() };
    },
    useDetail: (collectionId) => useCollection(collectionId).data,
    useContents: (collectionId) => useCollectionAssets(collectionId).data,
    useAdd: () => {
      const { mutateAsync } = useAddAssets();
      return (collectionId, assetIds) => mutateAsync({ collectionId, assetIds });
    },
    close: () => queryClient.clear(),
  };
};
