import type { QueryClient } from '@tanstack/react-query';
import { type LoaderFunctionArgs, type RouteObject, useParams, useRouteError } from 'react-router';
import { type Scenario, useCollection, useCollections } from 'scenario-react';
import { collectionQueryOptions, collectionsQueryOptions } from 'scenario-react/client';

export const makeRoutes = (queryClient: QueryClient, client: Scenario): RouteObject[] => [
  {
    path: '/',
    Component: List,
    loader: () => queryClient.ensureInfiniteQueryData(collectionsQueryOptions(client, { pageSize: 50 })),
  },
  {
    path: '/collections/:collectionId',
    Component: Detail,
    ErrorBoundary: NotThere,
    loader: ({ params }: LoaderFunctionArgs) =>
      queryClient.ensureQueryData(collectionQueryOptions(client, params.collectionId as string)),
  },
];

function List() {
  const { data } = useCollections({ pageSize: 50 });
  return data?.map(({ id, clientKey, name }) => <p key={clientKey ?? id}>{name}</p>);
}

function Detail() {
  const { data } = useCollection(useParams().collectionId);
  return <h1>{data?.name}</h1>;
}

function NotThere() {
  const error = useRouteError();
  return <p role="alert">{error instanceof Error ? error.message : 'Something went wrong.'}</p>;
}
