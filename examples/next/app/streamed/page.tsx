import { defaultShouldDehydrateQuery, dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import { connection } from 'next/server';
import { Suspense } from 'react';
import { collectionsQueryOptions, Scenario } from 'scenario-react/client';
import { list } from '../list';
import { Names } from './Names';

export default function Page() {
  return (
    <Suspense fallback={<p>Loading…</p>}>
      <NamesOfNow />
    </Suspense>
  );
}

async function NamesOfNow() {
  await connection();
  const queryClient = new QueryClient();
  // Not awaited: the promise itself is sent along, and settles in the browser.
  void queryClient.prefetchInfiniteQuery(collectionsQueryOptions(new Scenario(), list));
  const state = dehydrate(queryClient, {
    shouldDehydrateQuery: (query) => defaultShouldDehydrateQuery(query) || query.state.status === 'pending',
  });
  return (
    <HydrationBoundary state={state}>
      <h1>Names</h1>
      <Suspense fallback={<p>Loading the names…</p>}>
        <Names />
      </Suspense>
    </HydrationBoundary>
  );
}
