import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import { connection } from 'next/server';
import { Suspense } from 'react';
import { collectionsQueryOptions, Scenario } from 'scenario-react/client';
import { Collections } from './Collections';
import { list } from './list';

export default function Page() {
  return (
    <Suspense fallback={<p>Loading…</p>}>
      <CollectionsOfNow />
    </Suspense>
  );
}

async function CollectionsOfNow() {
  // At each visit: without this line the list is read when the app is built, and every visitor is shown that one.
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
