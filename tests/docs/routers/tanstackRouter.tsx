import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, Link, Outlet } from '@tanstack/react-router';
import { type Scenario, useCollection, useCollections } from 'scenario-react';
import { collectionQueryOptions, collectionsQueryOptions } from 'scenario-react/client';

const root = createRootRouteWithContext<{ queryClient: QueryClient; client: Scenario }>()({ component: Outlet });

const list = createRoute({
  getParentRoute: () => root,
  path: '/',
  loader: ({ context: { queryClient, client } }) =>
    queryClient.ensureInfiniteQueryData(collectionsQueryOptions(client, { pageSize: 50 })),
  component: function List() {
    const { data } = useCollections({ pageSize: 50 });
    return data?.map(({ id, clientKey, name }) => (
      <Link key={clientKey ?? id} to="/collections/$collectionId" params={{ collectionId: id }}>
        {name}
      </Link>
    ));
  },
});

const detail = createRoute({
  getParentRoute: () => root,
  path: '/collections/$collectionId',
  loader: ({ context: { queryClient, client }, params }) =>
    queryClient.ensureQueryData(collectionQueryOptions(client, params.collectionId)),
  component: function Detail() {
    const { data } = useCollection(detail.useParams().collectionId);
    return <h1>{data?.name}</h1>;
  },
  errorComponent: ({ error }) => <p role="alert">{error instanceof Error ? error.message : 'Something went wrong.'}</p>,
});

export function makeRouter(queryClient: QueryClient, client: Scenario) {
  // TanStack Query knows what is fresh; the router asks it every time.
  return createRouter({
    routeTree: root.addChildren([list, detail]),
    context: { queryClient, client },
    defaultPreloadStaleTime: 0,
  });
}
