import { QueryClient, QueryClientProvider, useMutation } from '@tanstack/react-query';
import { memo, type ReactElement, useSyncExternalStore } from 'react';
import type { Collection } from 'scenario-react/client';
import { putAssets, readPage } from '../requests.ts';
import { rowOf, Screen, TARGET, VISIBLE } from '../screen.tsx';

/**
 * The least that can be done: an array, a listener for each visible row, and the fewest requests that the API allows. It handles no
 * failure, no second list, no overlap; it knows that the row which is changed is a visible one.
 */
const rows: Collection[] = [];
let token: string | undefined = '';
const listeners = Array.from({ length: VISIBLE }, () => new Set<() => void>());
const totals = new Set<() => void>();

const subscribeTo = (set: Set<() => void>) => (listener: () => void) => {
  set.add(listener);
  return () => set.delete(listener);
};
const subscribeToRow = listeners.map(subscribeTo);
const subscribeToTotal = subscribeTo(totals);

function put(index: number, row: Collection): void {
  rows[index] = row;
  for (const listener of listeners[index] ?? []) listener();
}

async function more(): Promise<void> {
  if (token === undefined) return;
  const page = await readPage(token);
  token = page.nextPaginationToken;
  rows.push(...page.collections);
  for (const listener of totals) listener();
}

let waiting: string[] = [];
let isSending = false;

async function send(id: string, index: number): Promise<void> {
  isSending = true;
  while (waiting.length) {
    const assetIds = waiting.slice(0, 49);
    const copy = await putAssets(id, assetIds);
    waiting = waiting.slice(assetIds.length);
    const left = waiting.length;
    put(index, left ? { ...copy, assetCount: copy.assetCount + left, itemCount: copy.itemCount + left } : copy);
  }
  isSending = false;
}

/** Gives the place of the row. */
function show(id: string, { length: by }: string[]): number {
  const index = rows.findIndex((row) => row.id === id);
  const row = rows[index] as Collection;
  put(index, { ...row, assetCount: row.assetCount + by, itemCount: row.itemCount + by });
  return index;
}

function add(id: string, assetIds: string[]): void {
  const index = show(id, assetIds);
  waiting.push(...assetIds);
  if (!isSending) queueMicrotask(() => !isSending && void send(id, index));
}

const Row = memo(function Row({ index }: { index: number }) {
  return rowOf(
    useSyncExternalStore(
      subscribeToRow[index] as (listener: () => void) => () => void,
      () => rows[index] as Collection,
    ),
  );
});

interface ListProps {
  add(id: string, assetIds: string[]): void;
}

function List({ add }: ListProps): ReactElement {
  const total = useSyncExternalStore(subscribeToTotal, () => rows.length);
  return (
    <Screen total={total} target={rows[TARGET]?.id} more={() => void more()} add={add}>
      <ul>
        {rows.slice(0, VISIBLE).map(({ id }, index) => (
          <Row key={id} index={index} />
        ))}
      </ul>
    </Screen>
  );
}

export function Floor(): ReactElement {
  return <List add={add} />;
}

interface Variables {
  id: string;
  assetIds: string[];
}

const queryClient = new QueryClient();
let sending: Promise<void> | undefined;

/** What is asked for in one tick leaves together. Resolves when all of it is answered. */
function ask({ id, assetIds }: Variables): Promise<void> {
  waiting.push(...assetIds);
  sending ??= Promise.resolve()
    .then(() => send(id, TARGET))
    .finally(() => {
      sending = undefined;
    });
  return sending;
}

function MutationList(): ReactElement {
  const { mutate } = useMutation({
    mutationFn: ask,
    onMutate: ({ id, assetIds }) => void show(id, assetIds),
  });
  return <List add={(id, assetIds) => mutate({ id, assetIds })} />;
}

/** The same, with each change through one plain `useMutation`: what TanStack Query's mutations cost by themselves. */
export function FloorByMutation(): ReactElement {
  return (
    <QueryClientProvider client={queryClient}>
      <MutationList />
    </QueryClientProvider>
  );
}

void more();
