import type { Meta, StoryObj } from '@storybook/react-vite';
import { QueryErrorResetBoundary } from '@tanstack/react-query';
import { Suspense } from 'react';
import { useAddAssets, useSuspenseCollection, useSuspenseCollections } from 'scenario-react';
import { expect, waitFor } from 'storybook/test';
import { explain } from './screens/explain.ts';
import { logOf } from './stage/logOf.ts';
import type { StageOptions } from './stage/Stage.ts';
import { stageOf } from './stage/setStage.ts';
import { Button } from './ui/Button.tsx';
import { CollectionCard } from './ui/CollectionCard.tsx';
import { CollectionRow } from './ui/CollectionRow.tsx';
import { ErrorBoundary } from './ui/ErrorBoundary.tsx';
import { Loading } from './ui/Loading.tsx';
import { Notice } from './ui/Notice.tsx';

/** There is no state to think of in here: `data` is there. */
function List() {
  const { data } = useSuspenseCollections();
  return (
    <ul aria-label="Collections">
      {data.map((collection) => (
        <CollectionRow key={collection.clientKey ?? collection.id} collection={collection} />
      ))}
    </ul>
  );
}

function Detail({ collectionId }: { collectionId: string }) {
  const { data } = useSuspenseCollection(collectionId);
  const add = useAddAssets();
  return (
    <CollectionCard collection={data}>
      <Button onClick={() => add.mutate({ collectionId, assetIds: ['ice'] })}>Add one</Button>
    </CollectionCard>
  );
}

function Page({ show, collectionId = 'golems' }: { show: 'list' | 'detail'; collectionId?: string }) {
  return (
    <QueryErrorResetBoundary>
      {({ reset }) => (
        <ErrorBoundary
          onRetry={reset}
          fallback={(error, retry) => <Notice title={explain(error)} error={error} onRetry={retry} />}
        >
          <Suspense fallback={<Loading what={show === 'list' ? 'collections' : 'the collection'} />}>
            {show === 'list' ? <List /> : <Detail collectionId={collectionId} />}
          </Suspense>
        </ErrorBoundary>
      )}
    </QueryErrorResetBoundary>
  );
}

/** `useSuspenseCollections`, `useSuspenseCollection`: loading and errors belong to the boundaries. */
const meta = {
  title: 'Suspense',
  component: Page,
  parameters: {
    // What the boundary shows, React need not log too.
    react: { rootOptions: { onCaughtError: () => undefined } },
    stage: {
      collections: [
        { id: 'golems', name: 'Frost golems', assetCount: 4 },
        { id: 'taverns', name: 'Taverns', assetCount: 5 },
      ],
    } satisfies StageOptions,
  },
} satisfies Meta<typeof Page>;

export default meta;
type Story = StoryObj<typeof meta>;

export const ListLoading: Story = {
  args: { show: 'list' },
  parameters: { stage: { hold: /^GET/ } },
  play: async ({ canvas, loaded }) => {
    await expect(await canvas.findByText('Loading collections…')).toBeVisible();
    await waitFor(() => expect(stageOf({ loaded }).gate.waiting).toHaveLength(1));
  },
};

export const ListLoaded: Story = {
  args: { show: 'list' },
  play: async ({ canvas, loaded }) => {
    await expect(await canvas.findAllByRole('listitem')).toHaveLength(2);
    await expect(logOf(stageOf({ loaded }).emulator)).toEqual(['GET /collections 200']);
  },
};

export const ListFailed: Story = {
  args: { show: 'list' },
  parameters: {
    stage: { faults: [{ kind: 'refuse', status: 500, times: 1 }], client: { maxRetries: 0 } } satisfies StageOptions,
  },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('alert')).toHaveTextContent('The server cannot be reached.');
    await expect(canvas.queryByRole('listitem')).toBeNull();
  },
};

export const ListFailedAndRetried: Story = {
  ...ListFailed,
  play: async (context) => {
    const { canvas, userEvent } = context;
    await ListFailed.play?.(context);
    await userEvent.click(canvas.getByRole('button', { name: 'Retry' }));
    await expect(await canvas.findAllByRole('listitem')).toHaveLength(2);
  },
};

export const DetailLoading: Story = {
  args: { show: 'detail' },
  parameters: { stage: { hold: /^GET/ } },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('Loading the collection…')).toBeVisible();
  },
};

export const DetailChangesWithoutSuspendingAgain: Story = {
  args: { show: 'detail' },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    const counts = await canvas.findByTestId('counts');
    await userEvent.click(canvas.getByRole('button', { name: 'Add one' }));
    await expect(counts).toHaveTextContent('5 assets');
    await waitFor(() => expect(emulator.collections[0]?.assetCount).toBe(5));
    await expect(canvas.getByTestId('counts')).toBe(counts);
  },
};

export const DetailNotFound: Story = {
  args: { show: 'detail', collectionId: 'nowhere' },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('alert')).toHaveTextContent('This collection does not exist any more.');
  },
};
