import type { Meta, StoryObj } from '@storybook/react-vite';
import { onlineManager } from '@tanstack/react-query';
import { expect, waitFor } from 'storybook/test';
import { CollectionsScreen } from './screens/CollectionsScreen.tsx';
import { logOf } from './stage/logOf.ts';
import type { StageOptions } from './stage/Stage.ts';
import { stageOf } from './stage/setStage.ts';

/** `useCollections`: the list, page after page. */
const meta = {
  title: 'Collections',
  component: CollectionsScreen,
  parameters: {
    stage: {
      collections: Array.from({ length: 25 }, (_, index) => ({
        id: `c${index + 1}`,
        name: `Collection ${index + 1}`,
        assetCount: index,
        modelCount: 1,
      })),
    } satisfies StageOptions,
  },
} satisfies Meta<typeof CollectionsScreen>;

export default meta;
type Story = StoryObj<typeof meta>;

const A_PAGE = /^GET \/v1\/collections$/;

export const FirstLoad: Story = {
  parameters: { stage: { hold: A_PAGE } },
  play: async ({ canvas, loaded }) => {
    const { gate } = stageOf({ loaded });
    await expect(await canvas.findByRole('status')).toHaveTextContent('Loading collections…');
    await waitFor(() => expect(gate.waiting).toEqual(['GET /v1/collections']));
    await expect(canvas.queryByRole('list')).toBeNull();
  },
};

export const FirstPage: Story = {
  play: async ({ canvas, loaded }) => {
    const { emulator } = stageOf({ loaded });
    await expect(await canvas.findAllByRole('listitem')).toHaveLength(10);
    await expect(canvas.getByText('Collection 10').closest('li')).toHaveTextContent('10 items');
    await expect(canvas.getByRole('button')).toHaveTextContent('Load more');
    await expect(logOf(emulator)).toEqual(['GET /collections 200']);
  },
};

export const FirstLoadFailed: Story = {
  parameters: {
    stage: { faults: [{ kind: 'refuse', status: 500, times: 1 }], client: { maxRetries: 0 } } satisfies StageOptions,
  },
  play: async ({ canvas }) => {
    await expect(await canvas.findByRole('alert')).toHaveTextContent('The server cannot be reached.');
    await expect(canvas.queryByRole('list')).toBeNull();
  },
};

export const FirstLoadFailedAndRetried: Story = {
  ...FirstLoadFailed,
  play: async (context) => {
    const { canvas, userEvent } = context;
    await FirstLoadFailed.play?.(context);
    await userEvent.click(canvas.getByRole('button', { name: 'Retry' }));
    await expect(await canvas.findAllByRole('listitem')).toHaveLength(10);
    await expect(canvas.queryByRole('alert')).toBeNull();
  },
};

export const FirstLoadOffline: Story = {
  beforeEach: () => onlineManager.setOnline(false),
  play: async ({ canvas, loaded }) => {
    const { emulator } = stageOf({ loaded });
    await expect(await canvas.findByRole('status')).toHaveTextContent('as soon as the network is back');
    await expect(logOf(emulator)).toEqual([]);
  },
};

export const FirstLoadOnlineAgain: Story = {
  ...FirstLoadOffline,
  play: async (context) => {
    await FirstLoadOffline.play?.(context);
    onlineManager.setOnline(true);
    await expect(await context.canvas.findAllByRole('listitem')).toHaveLength(10);
  },
};

export const Empty: Story = {
  parameters: { stage: { collections: [] } },
  play: async ({ canvas }) => {
    await expect(await canvas.findByText('No collections yet.')).toBeVisible();
    await expect(canvas.queryByRole('button')).toBeNull();
  },
};

export const NextPageLoading: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { gate } = stageOf({ loaded });
    await canvas.findAllByRole('listitem');
    gate.hold(A_PAGE);
    await userEvent.click(canvas.getByRole('button', { name: 'Load more' }));
    await expect(await canvas.findByRole('button', { name: 'Loading more…' })).toBeDisabled();
    await expect(canvas.getAllByRole('listitem')).toHaveLength(10);
  },
};

export const NextPageFailed: Story = {
  parameters: { stage: { client: { maxRetries: 0 } } satisfies StageOptions },
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    await canvas.findAllByRole('listitem');
    emulator.fault({ kind: 'refuse', status: 503, times: 1 });
    await userEvent.click(canvas.getByRole('button', { name: 'Load more' }));
    await expect(await canvas.findByRole('alert')).toHaveTextContent('The next page did not load.');
    await expect(canvas.getAllByRole('listitem')).toHaveLength(10);
  },
};

export const NextPageFailedAndRetried: Story = {
  ...NextPageFailed,
  play: async (context) => {
    const { canvas, userEvent } = context;
    await NextPageFailed.play?.(context);
    await userEvent.click(canvas.getByRole('button', { name: 'Retry' }));
    await waitFor(() => expect(canvas.getAllByRole('listitem')).toHaveLength(20));
    await expect(canvas.queryByRole('alert')).toBeNull();
  },
};

export const EndOfList: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { emulator } = stageOf({ loaded });
    for (const rows of [20, 25]) {
      await userEvent.click(await canvas.findByRole('button', { name: 'Load more' }));
      await waitFor(() => expect(canvas.getAllByRole('listitem')).toHaveLength(rows));
    }
    await expect(await canvas.findByText('That is all of them.')).toBeVisible();
    await expect(canvas.queryByRole('button')).toBeNull();
    await expect(logOf(emulator)).toHaveLength(3);
  },
};

export const ACollectionOnTwoPagesIsShownOnce: Story = {
  play: async ({ canvas, loaded, userEvent }) => {
    const { somebodyElse } = stageOf({ loaded });
    await canvas.findAllByRole('listitem');
    // It pushes one row of the first page over to the second.
    await somebodyElse.collections.create({ name: 'Somebody else’s' });
    await userEvent.click(canvas.getByRole('button', { name: 'Load more' }));
    await waitFor(() => expect(canvas.getAllByRole('listitem').length).toBeGreaterThan(10));
    await expect(canvas.getAllByText('Collection 10')).toHaveLength(1);
  },
};
