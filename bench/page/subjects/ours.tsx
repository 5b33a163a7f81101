import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Scenario, ScenarioProvider, useAddAssets, useCollections } from 'scenario-react';
import { BASE, fetchStub } from '../api.ts';
import { PAGE_SIZE } from '../requests.ts';
import { Rows, Screen, TARGET } from '../screen.tsx';

const queryClient = new QueryClient();
const client = new Scenario({ baseURL: BASE, fetch: fetchStub });
const NONE: never[] = [];

function List(): ReactElement {
  const { data = NONE, fetchNextPage } = useCollections({ pageSize: PAGE_SIZE });
  const { mutate } = useAddAssets();
  return (
    <Screen
      total={data.length}
      target={data[TARGET]?.id}
      more={() => void fetchNextPage()}
      add={(collectionId, assetIds) => mutate({ collectionId, assetIds })}
    >
      <Rows collections={data} />
    </Screen>
  );
}

/** This library, as its README says. */
export function Ours(): ReactElement {
  return (
    <QueryClientProvider client={queryClient}>
      <ScenarioProvider client={client}>
        <List />
      </ScenarioProvider>
    </QueryClientProvider>
  );
}
