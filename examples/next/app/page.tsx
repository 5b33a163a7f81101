import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import { connection } from 'next/server';
import { collectionsQueryOptions, Scenario } from 'scenario-react/client';
import { Collections } from './Collections.tsx';
import { list } from './list.ts';

export default async function Page() {
  // At each visit, not at build time.
  await connection();
  const queryClient = new QueryClient();
  // On the server the client talks to the API itself, with the key and the secret of the environment.
  await queryClient.prefetchInfiniteQuery(collectionsQueryOptions(new Scenario(), list));
  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <Collections />
    </HydrationBoundary>
  );
}
