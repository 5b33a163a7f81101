import type { Query, QueryPersister } from '@tanstack/react-query';
import { isProvisional } from '../../ledger/provisionalId.ts';

/** Whether a query is of something that the server knows. What it has not named, it has not said. */
export const isNamed = ({ queryKey }: Query): boolean =>
  queryKey[0] !== 'scenario' || !queryKey.some((part) => typeof part === 'string' && isProvisional(part));

/** A persister of single queries that is shown what the server said, and nothing of what is pending. It writes down the state of a query as it finds it. */
export const persistConfirmed =
  (persister: QueryPersister, confirmedOf: (data: unknown) => unknown): QueryPersister =>
  (queryFn, context, query) =>
    isNamed(query)
      ? persister(
          queryFn,
          context,
          new Proxy(query, {
            get(target, name) {
              if (name === 'state') return { ...target.state, data: confirmedOf(target.state.data) };
              const value: unknown = Reflect.get(target, name, target);
              // A query keeps its own state private, so that its methods work on nothing else.
              return typeof value === 'function' ? value.bind(target) : value;
            },
          }),
        )
      : queryFn(context);
